package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TransformerGraphTest {
  static final List<TinyModel> VARIANTS = TinyModels.ALL;
  private static final int[][] TEXTS = {
    {5, 9, 30, 31, 32}, {5, 9, 40}, {5, 9, 50, 51, 52, 53, 54, 55, 56, 57, 58}
  };

  @TempDir Path folder;

  /** Rows that share a start equal each text alone, run by the other engine, in every layer. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void everyTapEqualsTheTrunk(TinyModel variant) {
    try (TransformerModel model = TransformerModel.open(TinyModels.write(variant, folder));
        TransformerGraph graph =
            TransformerGraph.builder(model.config(), model.weights()).tokens().head().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff());
        Trunk trunk = Trunk.builder(model.config(), model.weights()).sharePrefix(false).build()) {
      RowBatch batch = new RowBatch(2, 3, 1, 9);
      Map<String, INDArray> in = batch.placeholders(model.config());
      in.put(
          TransformerGraph.TOKENS,
          Nd4j.createFromArray(5, 9, 30, 31, 32, 40, 50, 51, 52, 53, 54, 55, 56, 57, 58));
      int layers = model.config().layers();
      for (int layer = 1; layer <= layers; layer++) {
        String tap = layer == layers ? graph.output() : TransformerGraph.tap(layer);
        INDArray found = runner.run(in, List.of(tap)).get(tap);
        assertThat(found.isNaN().any()).isFalse();
        try (HiddenStates states = trunk.embed(sequences())) {
          trunk.advance(states, layer, Outputs.ALL_TOKENS, null);
          compare(batch, found, states);
        }
      }
      INDArray logits =
          runner.run(in, List.of(TransformerGraph.LOGITS)).get(TransformerGraph.LOGITS);
      assertThat(logits.shape()).containsExactly(15, model.config().vocabSize());
    }
  }

  private static List<TokenSequence> sequences() {
    return java.util.Arrays.stream(TEXTS).map(TokenSequence::of).toList();
  }

  private static void compare(RowBatch batch, INDArray found, HiddenStates states) {
    float[] expected = new float[states.hiddenSize()];
    for (int text = 0; text < TEXTS.length; text++) {
      int[] rows = batch.rowsOf(text);
      for (int p = 0; p < rows.length; p++) {
        states.token(text, p, expected);
        for (int j = 0; j < expected.length; j++) {
          assertThat(found.getFloat(rows[p], j))
              .as("text %d, token %d", text, p)
              .isCloseTo(expected[j], within(2e-5f));
        }
      }
    }
  }

  @Test
  void chosenRowsAreThoseOfTheWholeGraph() {
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        TransformerGraph all =
            TransformerGraph.builder(model.config(), model.weights()).topLayers(1).build();
        TransformerGraph some =
            TransformerGraph.builder(model.config(), model.weights())
                .topLayers(1)
                .chooseRows()
                .build();
        GraphRunner runAll = new GraphRunner(all.sameDiff());
        GraphRunner runSome = new GraphRunner(some.sameDiff())) {
      RowBatch batch = new RowBatch(2, 3, 4);
      INDArray hidden = Nd4j.randn(batch.rows(), model.config().hiddenSize());
      Map<String, INDArray> in = batch.placeholders(model.config());
      in.put(TransformerGraph.HIDDEN, hidden);
      INDArray expected = runAll.run(in, List.of(all.output())).get(all.output());
      int[] chosen = {4, 0, 8};
      Map<String, INDArray> inSome = batch.placeholders(model.config(), chosen);
      inSome.put(TransformerGraph.HIDDEN, hidden);
      INDArray found = runSome.run(inSome, List.of(some.output())).get(some.output());
      for (int i = 0; i < chosen.length; i++) {
        assertThat(found.getRow(i).distance2(expected.getRow(chosen[i]))).isLessThan(1e-5);
      }
    }
  }

  /**
   * Central differences in fp32 are good to about three digits; a wrong term would be off by far
   * more.
   */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void gradientsAreThoseOfFiniteDifferences(TinyModel variant) {
    long seed = Seeds.one();
    Random random = new Random(seed);
    try (TransformerModel model = TransformerModel.open(TinyModels.write(variant, folder));
        TransformerGraph graph =
            TransformerGraph.builder(model.config(), model.weights())
                .topLayers(2)
                .trainable(n -> n.startsWith("model.layers."))
                .chooseRows()
                .build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      SameDiff sd = graph.sameDiff();
      RowBatch batch = new RowBatch(2, 3, 12);
      int[] chosen = {4, 10, 16};
      Map<String, INDArray> in = batch.placeholders(model.config(), chosen);
      in.put(TransformerGraph.HIDDEN, Nd4j.randn(batch.rows(), model.config().hiddenSize()));
      INDArray aim = Nd4j.randn(chosen.length, model.config().hiddenSize());
      sd.math.square(sd.getVariable(graph.output()).sub(sd.constant("aim", aim))).sum("loss", 0, 1);
      sd.setLossVariables("loss");
      for (String name : graph.trainable()) {
        INDArray gradient =
            runner.gradients(in, List.of("loss"), graph.trainable()).get(name).dup();
        assertThat(gradient.isNaN().any()).as(name).isFalse();
        INDArray w = graph.trainableWeights().get(name);
        INDArray direction = Nd4j.randn(w.shape());
        direction.divi(direction.norm2Number());
        double h = 3e-3;
        w.addi(direction.mul(h));
        double up = runner.run(in, List.of("loss")).get("loss").getDouble(0);
        w.subi(direction.mul(2 * h));
        double down = runner.run(in, List.of("loss")).get("loss").getDouble(0);
        w.addi(direction.mul(h));
        double expected = (up - down) / (2 * h);
        double found = gradient.mul(direction).sumNumber().doubleValue();
        double scale = Math.max(1, gradient.norm2Number().doubleValue());
        assertThat(found)
            .as("%s, seed %d, %d", name, seed, random.nextInt())
            .isCloseTo(expected, within(0.01 * scale));
      }
    }
  }

  /** Memory is used again: the same bits in every run, whatever ran between, and no growth. */
  @Test
  void reusedMemoryChangesNothing() {
    try (TransformerModel model =
            TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
        TransformerGraph graph =
            TransformerGraph.builder(model.config(), model.weights()).tokens().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      INDArray first = null;
      long bytes = 0;
      for (int i = 0; i < 84; i++) {
        int n = i % 3 == 0 ? 40 : 20 + i % 7;
        RowBatch batch = new RowBatch(0, n);
        Map<String, INDArray> in = batch.placeholders(model.config());
        in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(new int[n]).addi(7));
        INDArray out = runner.run(in, List.of(graph.output())).get(graph.output());
        if (n == 40) {
          first = first == null ? out.dup() : first;
          assertThat(out).isEqualTo(first);
        }
        in.values().forEach(INDArray::close);
        if (i == 41) {
          bytes = runner.memoryBytes();
        }
      }
      assertThat(runner.memoryBytes()).isLessThan(bytes * 6 / 5);
    }
  }

  @Test
  void refusesImpossibleGraphs() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      TransformerGraph.Builder builder = TransformerGraph.builder(model.config(), model.weights());
      assertThatThrownBy(() -> builder.layers(0, 1)).hasMessageContaining("has layers 1 to");
      assertThatThrownBy(() -> builder.topLayers(99)).hasMessageContaining("has layers 1 to");
      assertThatThrownBy(() -> builder.layers(2, 2).tokens().build())
          .hasMessageContaining("starts at layer 1");
      assertThatThrownBy(() -> new RowBatch(1)).hasMessageContaining("1 or more texts");
      assertThatThrownBy(() -> new RowBatch(1, 2, 0))
          .hasMessageContaining("text 1 of the batch has 0 tokens");
    }
  }
}
