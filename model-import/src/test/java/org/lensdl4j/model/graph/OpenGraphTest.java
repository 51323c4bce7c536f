package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Padded graphs, names, choices, and conversion after building. */
class OpenGraphTest {
  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  @TempDir Path folder;

  /** The whole graph over padded tokens equals the packed one, at every tap. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void paddedTapsEqualPackedTaps(TinyModel variant) {
    try (TransformerModel model = open(variant);
        TransformerGraph padded = model.graph().padded().tokens().head().build();
        TransformerGraph packed = model.graph().tokens().head().build();
        GraphRunner paddedRunner = new GraphRunner(padded.sameDiff());
        GraphRunner packedRunner = new GraphRunner(packed.sameDiff())) {
      int[] text = {5, 9, 30, 31, 32, 60, 61, 62, 63, 64, 65};
      Map<String, INDArray> rows = new RowBatch(0, text.length).placeholders(model.config());
      rows.put(TransformerGraph.TOKENS, Nd4j.createFromArray(text));
      int[][] tokens = {new int[13], {7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}};
      float[][] mask = new float[2][13];
      System.arraycopy(text, 0, tokens[0], 2, text.length);
      java.util.Arrays.fill(mask[0], 2, 13, 1);
      java.util.Arrays.fill(mask[1], 1);
      Map<String, INDArray> batch =
          Map.of(
              TransformerGraph.TOKENS, Nd4j.createFromArray(tokens),
              TransformerGraph.MASK, Nd4j.createFromArray(mask));
      assertThat(padded.taps())
          .isEqualTo(packed.taps())
          .containsExactly("layer_1", "layer_2", "layer_3", "layer_4", "final_norm", "logits");
      for (String tap : padded.taps()) {
        INDArray expected = packedRunner.run(rows, List.of(tap)).get(tap);
        INDArray all = paddedRunner.run(batch, List.of(tap)).get(tap);
        assertThat(all.shape()).containsExactly(2, 13, expected.size(1));
        INDArray found =
            all.get(NDArrayIndex.point(0), NDArrayIndex.interval(2, 13), NDArrayIndex.all());
        assertThat(largest(found.sub(expected))).as(tap).isLessThan(3e-5);
      }
    }
  }

  @Test
  void chosenRowsOfAPaddedGraphAreThoseOfTheWhole() {
    try (TransformerModel model = open(TinyModels.GROUPED);
        TransformerGraph all = model.graph().padded().topLayers(2).head().build();
        TransformerGraph some = model.graph().padded().topLayers(2).chooseRows().head().build();
        GraphRunner runAll = new GraphRunner(all.sameDiff());
        GraphRunner runSome = new GraphRunner(some.sameDiff())) {
      INDArray hidden = Nd4j.randn(2, 5, 32);
      INDArray mask = Nd4j.ones(2, 5);
      INDArray expected =
          runAll
              .run(Map.of("hidden", hidden, "mask", mask), List.of("logits"))
              .get("logits")
              .reshape(10, 384);
      int[] chosen = {3, 9, 0};
      INDArray found =
          runSome
              .run(
                  Map.of("hidden", hidden, "mask", mask, "choice", RowBatch.oneHot(chosen, 10)),
                  List.of("logits"))
              .get("logits");
      assertThat(found.shape()).containsExactly(3, 384);
      assertThat(largest(found.sub(expected.getRows(chosen)))).isLessThan(1e-5);
    }
  }

  @Test
  void weightsAreChosenByPattern() {
    try (TransformerModel model = open(TinyModels.GROUPED);
        TransformerGraph globs =
            model.graph().topLayers(2).trainable("*.3.self_attn.?_proj.weight").build();
        TransformerGraph regex =
            model
                .graph()
                .topLayers(2)
                .trainable(Pattern.compile(".*3\\.self_attn\\.[qkvo]_proj.*").asMatchPredicate())
                .build()) {
      assertThat(globs.trainable())
          .isEqualTo(regex.trainable())
          .containsExactly(
              "model.layers.3.self_attn.q_proj.weight",
              "model.layers.3.self_attn.k_proj.weight",
              "model.layers.3.self_attn.v_proj.weight",
              "model.layers.3.self_attn.o_proj.weight");
      assertThatThrownBy(() -> model.graph().topLayers(1).trainable("*.q_prj.*").build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "'*.q_prj.*' matches none of the 10 weights of the graph:"
                  + " model.layers.3.input_layernorm.weight");
    }
  }

  /** Converting after building gives the gradients of a graph that was built so. */
  @Test
  void weightsConvertAfterBuilding() {
    try (TransformerModel model = open(TinyModels.GROUPED);
        TransformerGraph built = model.graph().topLayers(2).trainable("*.3.mlp.*").build();
        TransformerGraph converted = model.graph().topLayers(2).trainable("*.2.*").build();
        GraphRunner one = new GraphRunner(built.sameDiff());
        GraphRunner two = new GraphRunner(converted.sameDiff())) {
      Map<String, INDArray> in = new RowBatch(2, 3, 4).placeholders(model.config());
      in.put(TransformerGraph.HIDDEN, Nd4j.randn(9, 32));
      for (TransformerGraph graph : List.of(built, converted)) {
        graph.sameDiff().getVariable(graph.output()).norm2("loss");
        graph.sameDiff().setLossVariables("loss");
      }
      two.gradients(in, List.of("loss"), converted.trainable());
      converted.freeze("*.2.*");
      converted.train("*.3.mlp.*");
      assertThat(converted.trainable()).isEqualTo(built.trainable());
      Map<String, INDArray> expected = one.gradients(in, List.of("loss"), built.trainable());
      Map<String, INDArray> found = two.gradients(in, List.of("loss"), converted.trainable());
      assertThat(found).isEqualTo(expected);
      double before = found.get("loss").getDouble(0);
      // The graph's own arrays still: a change is seen.
      converted.trainableWeights().values().forEach(w -> w.muli(1.5));
      assertThat(two.run(in, List.of("loss")).get("loss").getDouble(0)).isNotEqualTo(before);
      assertThatThrownBy(() -> converted.freeze("lm_head.weight"))
          .hasMessageContaining("'lm_head.weight' matches none");
    }
  }

  @Test
  void theEmbeddingOfALookUpCannotBeTrained() {
    try (TransformerModel model = open(TinyModels.GROUPED);
        TransformerGraph graph = model.graph().padded().tokens().head().build()) {
      assertThatThrownBy(() -> graph.train("model.embed_tokens.weight"))
          .hasMessageContaining("no gradient for an embedding look-up");
    }
  }

  private TransformerModel open(TinyModel variant) {
    return TransformerModel.open(TinyModels.write(variant, folder));
  }

  private static double largest(INDArray difference) {
    assertThat(difference.isNaN().any()).isFalse();
    return difference.amaxNumber().doubleValue();
  }
}
