package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lensdl4j.tests.reference.FamilyVariant.TOLERANCE;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every encoder family must do: the SameDiff graph computes what transformers computes, in
 * both forms of a batch, and its gradients are those of autograd.
 */
@ParameterizedClass
@FieldSource("VARIANTS")
class EncoderGraphContractTest {
  static final List<String> VARIANTS = EncoderContractTest.VARIANTS;

  @Parameter String variant;
  private FamilyVariant r;
  private ModelConfig config;

  @BeforeEach
  void open() {
    r = FamilyVariant.encoder(variant);
    config = r.model.config();
  }

  @AfterEach
  void close() {
    r.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTap(boolean padded) {
    int[] ids = r.stored.ints("ids");
    Map<String, INDArray> out = run(padded, ids);
    assertThat(out).hasSize(r.layers());
    for (int layer = 1; layer <= r.layers(); layer++) {
      String name = TransformerGraph.tap(layer);
      assertNear(name, out.get(name), r.stored.part("hidden", layer), TOLERANCE);
    }
    out.values().forEach(INDArray::close);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longPositions(boolean padded) {
    int[] ids = r.stored.ints("long.ids");
    Map<String, INDArray> out = run(padded, ids);
    INDArray last =
        out.get(TransformerGraph.tap(r.layers())).reshape(ids.length, config.hiddenSize());
    double[] expected = r.stored.part("long.last", r.layers());
    assertNear("last", last.getRow(ids.length - 1), expected, TOLERANCE);
    assertNear("mean", last.mean(0), r.stored.part("long.mean", r.layers()), TOLERANCE);
    out.values().forEach(INDArray::close);
  }

  /** Copies of all taps. */
  private Map<String, INDArray> run(boolean padded, int[] ids) {
    TransformerGraph.Builder builder = r.model.graph().tokens();
    try (TransformerGraph graph = (padded ? builder.padded() : builder).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      assertThat(graph.output()).isEqualTo(TransformerGraph.tap(r.layers()));
      Map<String, INDArray> in =
          padded ? GraphInputs.padded(List.of(ids), false) : packed(List.of(ids));
      Map<String, INDArray> copies = new HashMap<>();
      runner.run(in, graph.taps()).forEach((name, a) -> copies.put(name, a.dup('c')));
      in.values().forEach(INDArray::close);
      return copies;
    }
  }

  /** Texts of several lengths: packed, padded on the left and padded on the right. */
  @ParameterizedTest
  @ValueSource(strings = {"packed", "left", "right"})
  void batches(String form) {
    List<int[]> texts = r.stored.sequences("batch");
    boolean packed = form.equals("packed");
    boolean left = form.equals("left");
    TransformerGraph.Builder builder = r.model.graph().tokens();
    try (TransformerGraph graph = (packed ? builder : builder.padded()).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      Map<String, INDArray> in = packed ? packed(texts) : GraphInputs.padded(texts, left);
      Map<String, INDArray> found = runner.run(in, graph.taps());
      for (int layer = 1; layer <= r.layers(); layer++) {
        INDArray rows = found.get(TransformerGraph.tap(layer)).reshape(-1, config.hiddenSize());
        assertThat(rows.isNaN().any()).isFalse();
        int longest = GraphInputs.longest(texts);
        int at = 0;
        for (int i = 0; i < texts.size(); i++) {
          int n = texts.get(i).length;
          int from = packed ? at : i * longest + (left ? longest - n : 0);
          at += n;
          int[] own = java.util.stream.IntStream.range(from, from + n).toArray();
          String what = "text %d after layer %d".formatted(i, layer);
          INDArray states = rows.getRows(own);
          assertNear(
              what + ", last",
              states.getRow(n - 1L),
              r.stored.part("batch.last", layer - 1, i),
              TOLERANCE);
          assertNear(
              what + ", first",
              states.getRow(0),
              r.stored.part("batch.first", layer - 1, i),
              TOLERANCE);
          assertNear(
              what + ", mean",
              states.mean(0),
              r.stored.part("batch.mean", layer - 1, i),
              TOLERANCE);
        }
      }
      in.values().forEach(INDArray::close);
    }
  }

  /** The rows that the last layer computes see all others, with their biases by distance. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void chosenRows(boolean padded) {
    List<int[]> texts = r.stored.sequences("batch");
    int longest = GraphInputs.longest(texts);
    RowBatch batch = batch(texts);
    int[] chosen = new int[texts.size()];
    for (int i = 0; i < chosen.length; i++) {
      int n = texts.get(i).length;
      chosen[i] = padded ? i * longest + n - 1 : batch.lastRow(i);
    }
    TransformerGraph.Builder builder = r.model.graph().tokens().chooseRows();
    try (TransformerGraph graph = (padded ? builder.padded() : builder).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      Map<String, INDArray> in = padded ? GraphInputs.padded(texts, false) : packed(texts);
      if (padded) {
        in.put(TransformerGraph.CHOICE, RowBatch.oneHot(chosen, texts.size() * longest));
      } else {
        in.putAll(batch.placeholders(config, chosen));
      }
      INDArray last = runner.run(in, List.of(graph.output())).get(graph.output());
      assertNear("last tokens", last, r.stored.part("batch.last", r.layers() - 1), TOLERANCE);
      in.values().forEach(INDArray::close);
    }
  }

  private static RowBatch batch(List<int[]> texts) {
    return new RowBatch(0, texts.stream().mapToInt(t -> t.length).toArray());
  }

  private Map<String, INDArray> packed(List<int[]> texts) {
    Map<String, INDArray> in = new HashMap<>(batch(texts).placeholders(config));
    int[] ids = texts.stream().flatMapToInt(Arrays::stream).toArray();
    in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
    return in;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsOfTheTopLayers(boolean padded) {
    int n = r.stored.ints("ids").length;
    int d = config.hiddenSize();
    TransformerGraph.Builder builder = r.model.graph().topLayers(2);
    builder.trainable(config.names()::inLayer);
    try (TransformerGraph graph = (padded ? builder.padded() : builder).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      SameDiff sd = graph.sameDiff();
      SDVariable direction = sd.placeHolder("direction", DataType.FLOAT, -1, d);
      SDVariable out = sd.reshape(sd.getVariable(graph.output()), -1, d);
      sd.setLossVariables(out.mul(direction).sum("loss", false, 0, 1));
      Map<String, INDArray> in = new HashMap<>();
      INDArray hidden = GraphInputs.rows(r.stored.part("hidden", r.layers() - 2), n);
      if (padded) {
        in.put(TransformerGraph.MASK, Nd4j.ones(DataType.FLOAT, 1, n));
        in.put(TransformerGraph.HIDDEN, hidden.reshape(1, n, d));
      } else {
        in.putAll(new RowBatch(0, n).placeholders(config));
        in.put(TransformerGraph.HIDDEN, hidden);
      }
      in.put("direction", GraphInputs.rows(r.stored.values("direction"), n));
      List<String> names = new ArrayList<>();
      r.stored.names("grad.").forEach(g -> names.add(g.substring("grad.".length())));
      assertThat(graph.trainable()).containsExactlyInAnyOrderElementsOf(names);
      Map<String, INDArray> found = runner.gradients(in, List.of("loss"), names);
      for (String name : names) {
        double[] expected = r.stored.values("grad." + name);
        if (name.endsWith("key.bias") || name.endsWith("attn.k.bias")) {
          // Shifts all scores of a query alike: 0 but for rounding.
          assertThat(found.get(name).amaxNumber().doubleValue()).as(name).isLessThan(1e-4);
          assertThat(Arrays.stream(expected).map(Math::abs).max().orElse(1)).isLessThan(1e-4);
        } else {
          assertNear(name, found.get(name), expected, 4 * TOLERANCE);
        }
      }
      in.values().forEach(INDArray::close);
    }
  }

  @Test
  void whatHasNoGradientIsNotTrained() {
    String table =
        config.names().relativeBias().isEmpty()
            ? config.names().embeddingWeight()
            : config.names().relativeBiasWeight();
    assertThatThrownBy(() -> r.model.graph().tokens().trainable(table).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(table + " cannot be trained");
    assertThatThrownBy(() -> new RowBatch(1, 3).placeholders(config))
        .hasMessageContaining("1 shared tokens, expected 0");
  }
}
