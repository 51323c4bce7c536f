package org.lensdl4j.tests.reference;

import static org.lensdl4j.tests.reference.FamilyVariant.TOLERANCE;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.util.ArrayList;
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
 * What every family must do: the SameDiff graph computes what transformers computes, in both forms
 * of a batch, and its gradients are those of autograd.
 */
@ParameterizedClass
@FieldSource("VARIANTS")
class FamilyGraphContractTest {
  static final List<String> VARIANTS = FamilyVariant.ALL;

  @Parameter String variant;
  private FamilyVariant r;
  private ModelConfig config;

  @BeforeEach
  void open() {
    r = FamilyVariant.open(variant);
    config = r.model.config();
  }

  @AfterEach
  void close() {
    r.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTapAndTheLogits(boolean padded) {
    int[] ids = r.stored.ints("ids");
    Map<String, INDArray> out = new HashMap<>();
    run(padded, ids, out);
    for (int layer = 1; layer <= r.layers(); layer++) {
      String name = layer == r.layers() ? "final_norm" : TransformerGraph.tap(layer);
      assertNear(name, out.get(name), r.stored.part("hidden", layer), TOLERANCE);
    }
    assertNear("logits", out.get(TransformerGraph.LOGITS), r.stored.values("logits"), TOLERANCE);
    out.values().forEach(INDArray::close);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longPositions(boolean padded) {
    int[] ids = r.stored.ints("long.ids");
    Map<String, INDArray> out = new HashMap<>();
    run(padded, ids, out);
    INDArray logits = out.get(TransformerGraph.LOGITS).reshape(ids.length, config.vocabSize());
    assertNear("logits", logits.getRow(ids.length - 1), r.stored.values("long.logits"), TOLERANCE);
    out.values().forEach(INDArray::close);
  }

  private void run(boolean padded, int[] ids, Map<String, INDArray> copies) {
    TransformerGraph.Builder builder =
        TransformerGraph.builder(config, r.model.weights()).tokens().head();
    try (TransformerGraph graph = (padded ? builder.padded() : builder).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      Map<String, INDArray> in = new HashMap<>();
      INDArray tokens = Nd4j.createFromArray(ids);
      if (padded) {
        in.put(TransformerGraph.TOKENS, tokens.reshape(1, ids.length));
        in.put(TransformerGraph.MASK, Nd4j.ones(DataType.FLOAT, 1, ids.length));
      } else {
        in.putAll(new RowBatch(0, ids.length).placeholders(config));
        in.put(TransformerGraph.TOKENS, tokens);
      }
      runner.run(in, graph.taps()).forEach((name, a) -> copies.put(name, a.dup('c')));
      in.values().forEach(INDArray::close);
    }
  }

  /** Texts of several lengths: packed, padded on the left and padded on the right. */
  @ParameterizedTest
  @ValueSource(strings = {"packed", "left", "right"})
  void batches(String form) {
    List<int[]> texts = r.stored.sequences("batch");
    boolean packed = form.equals("packed");
    TransformerGraph.Builder builder = TransformerGraph.builder(config, r.model.weights()).tokens();
    try (TransformerGraph graph = (packed ? builder : builder.padded()).chooseRows().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      Map<String, INDArray> in = packed ? packed(texts) : padded(texts, form.equals("left"));
      INDArray last = runner.run(in, List.of(graph.output())).get(graph.output());
      assertNear("last tokens", last, r.stored.part("batch.last", r.layers() - 1), TOLERANCE);
      in.values().forEach(INDArray::close);
    }
  }

  private Map<String, INDArray> packed(List<int[]> texts) {
    RowBatch batch = new RowBatch(0, texts.stream().mapToInt(t -> t.length).toArray());
    int[] last = new int[texts.size()];
    int[] ids = new int[batch.rows()];
    for (int i = 0; i < last.length; i++) {
      last[i] = batch.lastRow(i);
      System.arraycopy(texts.get(i), 0, ids, batch.firstRow(i), texts.get(i).length);
    }
    Map<String, INDArray> in = new HashMap<>(batch.placeholders(config, last));
    in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
    return in;
  }

  private static Map<String, INDArray> padded(List<int[]> texts, boolean left) {
    int longest = GraphInputs.longest(texts);
    int[] last = new int[texts.size()];
    for (int i = 0; i < last.length; i++) {
      last[i] = i * longest + (left ? longest : texts.get(i).length) - 1;
    }
    Map<String, INDArray> in = GraphInputs.padded(texts, left);
    in.put(TransformerGraph.CHOICE, RowBatch.oneHot(last, last.length * longest));
    return in;
  }

  @Test
  void gradientsOfTheTopLayers() {
    int length = r.stored.ints("ids").length;
    try (TransformerGraph graph =
            TransformerGraph.builder(config, r.model.weights())
                .topLayers(2)
                .trainable(config.names()::inLayer)
                .build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      SameDiff sd = graph.sameDiff();
      SDVariable direction = sd.placeHolder("direction", DataType.FLOAT, -1, config.hiddenSize());
      SDVariable loss = sd.getVariable(graph.output()).mul(direction).sum("loss", false, 0, 1);
      sd.setLossVariables(loss);
      Map<String, INDArray> in = new RowBatch(0, length).placeholders(config);
      in.put(
          TransformerGraph.HIDDEN,
          GraphInputs.rows(r.stored.part("hidden", r.layers() - 2), length));
      in.put("direction", GraphInputs.rows(r.stored.values("direction"), length));
      List<String> names = new ArrayList<>();
      r.stored.names("grad.").forEach(n -> names.add(n.substring("grad.".length())));
      org.assertj.core.api.Assertions.assertThat(graph.trainable())
          .containsExactlyInAnyOrderElementsOf(names);
      Map<String, INDArray> found = runner.gradients(in, List.of("loss"), names);
      for (String name : names) {
        assertNear(name, found.get(name), r.stored.values("grad." + name), 4 * TOLERANCE);
      }
      in.values().forEach(INDArray::close);
    }
  }
}
