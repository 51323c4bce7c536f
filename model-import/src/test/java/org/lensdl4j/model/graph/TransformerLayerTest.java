package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class TransformerLayerTest {
  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  @TempDir Path folder;

  private final long seed = Seeds.one();
  private final Random random = new Random(seed);

  /** A padded batch, padding on any side, equals each text alone in the packed form. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void paddedEqualsPacked(TinyModel variant) {
    try (TransformerModel model = TransformerModel.open(TinyModels.write(variant, folder));
        TransformerGraph packed =
            TransformerGraph.builder(model.config(), model.weights()).layers(2, 2).build();
        GraphRunner packedRunner = new GraphRunner(packed.sameDiff())) {
      SameDiff sd = block(model, DataType.FLOAT, true);
      try (GraphRunner runner = new GraphRunner(sd)) {
        int[][] batches = {{12, 3, 7}, {1, 1}, {1}, {5}, {2, 9}};
        for (int[] lengths : batches) {
          for (boolean left : new boolean[] {false, true}) {
            int seq = max(lengths) + random.nextInt(2);
            INDArray hidden = Nd4j.rand(lengths.length, seq, 32).subi(0.5);
            INDArray out =
                runner
                    .run(Map.of("hidden", hidden, "mask", mask(lengths, seq, left)), List.of("out"))
                    .get("out");
            assertThat(out.shape()).containsExactly(lengths.length, seq, 32);
            assertThat(out.isNaN().any()).isFalse();
            for (int i = 0; i < lengths.length; i++) {
              int from = left ? seq - lengths[i] : 0;
              var own = NDArrayIndex.interval(from, from + lengths[i]);
              INDArray rows = hidden.get(NDArrayIndex.point(i), own, NDArrayIndex.all()).dup('c');
              Map<String, INDArray> in = new RowBatch(0, lengths[i]).placeholders(model.config());
              in.put(TransformerGraph.HIDDEN, rows.reshape(lengths[i], 32));
              INDArray expected =
                  packedRunner.run(in, List.of(packed.output())).get(packed.output());
              INDArray found =
                  out.get(NDArrayIndex.point(i), own, NDArrayIndex.all()).reshape(lengths[i], 32);
              assertThat(found.sub(expected).amaxNumber().doubleValue())
                  .as("seed %d, lengths %s, text %d, left %s", seed, lengths, i, left)
                  .isLessThan(5e-6);
            }
          }
        }
      }
    }
  }

  /** In double, with the gradient of the states too, and without a mask. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void gradientsAreThoseOfFiniteDifferences(TinyModel variant) {
    try (TransformerModel model = TransformerModel.open(TinyModels.write(variant, folder))) {
      for (boolean masked : new boolean[] {true, false}) {
        SameDiff sd = block(model, DataType.DOUBLE, masked);
        SDVariable aim = sd.constant("aim", Nd4j.rand(DataType.DOUBLE, 2, 11, 32));
        SDVariable loss = sd.math.square(sd.getVariable("out").sub(aim));
        if (masked) {
          // What comes out at padding means nothing: no loss may read it.
          loss = loss.mul(sd.reshape(sd.getVariable("mask"), 2, 11, 1));
        }
        loss.sum("loss", 0, 1, 2);
        sd.setLossVariables("loss");
        Map<String, INDArray> in = new java.util.HashMap<>();
        in.put("hidden", Nd4j.rand(DataType.DOUBLE, 2, 11, 32).subi(0.5));
        if (masked) {
          in.put("mask", mask(new int[] {10, 4}, 11, true).castTo(DataType.DOUBLE));
        }
        List<String> names =
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of("hidden"),
                    TransformerLayer.parameterShapes(model.config(), 2).keySet().stream())
                .toList();
        try (GraphRunner runner = new GraphRunner(sd)) {
          Map<String, INDArray> gradients = new java.util.HashMap<>();
          runner.gradients(in, List.of("loss"), names).forEach((n, g) -> gradients.put(n, g.dup()));
          for (String name : names) {
            INDArray gradient = gradients.get(name);
            assertThat(gradient.isNaN().any()).as(name).isFalse();
            INDArray w = name.equals("hidden") ? in.get(name) : sd.getVariable(name).getArr();
            INDArray direction = Nd4j.randn(DataType.DOUBLE, w.shape());
            double h = 1e-5;
            w.addi(direction.mul(h));
            double up = runner.run(in, List.of("loss")).get("loss").getDouble(0);
            w.subi(direction.mul(2 * h));
            double down = runner.run(in, List.of("loss")).get("loss").getDouble(0);
            w.addi(direction.mul(h));
            double expected = (up - down) / (2 * h);
            assertThat(gradient.mul(direction).sumNumber().doubleValue())
                .as("%s, masked %s, seed %d", name, masked, seed)
                .isCloseTo(expected, org.assertj.core.data.Percentage.withPercentage(0.01));
          }
        }
      }
    }
  }

  @Test
  void refusesLayersThatAreNotThere() {
    ModelConfig config = TinyModels.GROUPED.config();
    assertThatThrownBy(() -> TransformerLayer.parameterShapes(config, 5))
        .hasMessage("layer 5: a model of 4 layers has layers 1 to 4");
  }

  private static SameDiff block(TransformerModel model, DataType type, boolean masked) {
    SameDiff sd = SameDiff.create();
    SDVariable hidden = sd.placeHolder("hidden", type, -1, -1, 32);
    SDVariable mask = masked ? sd.placeHolder("mask", type, -1, -1) : null;
    TransformerLayer.apply(
            sd,
            model.config(),
            2,
            hidden,
            mask,
            name -> sd.var(name, model.weights().read(name).castTo(type)))
        .rename("out");
    return sd;
  }

  private static int max(int[] values) {
    return java.util.Arrays.stream(values).max().orElseThrow();
  }

  private static INDArray mask(int[] lengths, int seq, boolean left) {
    float[][] out = new float[lengths.length][seq];
    for (int i = 0; i < lengths.length; i++) {
      int from = left ? seq - lengths[i] : 0;
      java.util.Arrays.fill(out[i], from, from + lengths[i], 1);
    }
    return Nd4j.createFromArray(out);
  }
}
