package org.lensdl4j.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.weights.OverlayWeights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LoraTest {
  static final List<TinyModel> VARIANTS = TinyModels.ALL;
  private static final Lora ALL = Lora.rank(3).alpha(5).targets("*_proj").seed(4);

  @TempDir Path folder;

  /** Fresh adapters change no bit; changed ones do what the merged weights do. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void mergedWeightsDoWhatAdaptersDo(TinyModel variant) {
    try (TransformerModel model = open(variant);
        TransformerGraph plain = model.graph().tokens().head().build();
        TransformerGraph adapted = model.graph().tokens().head().lora(ALL).build()) {
      Map<String, INDArray> in = new RowBatch(2, 5, 3).placeholders(model.config());
      in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
      assertThat(adapted.trainable()).hasSize(4 * 7 * 2).allMatch(n -> n.contains(".lora_"));
      assertThat(logits(adapted, in)).isEqualTo(logits(plain, in));
      for (INDArray w : adapted.trainableWeights().values()) {
        w.addi(Nd4j.randn(w.shape()).muli(0.2));
      }
      try (LoraAdapters adapters = adapted.adapters()) {
        Map<String, INDArray> merged = adapters.merge(model.weights());
        assertThat(merged).hasSize(4 * 7);
        try (OverlayWeights over = new OverlayWeights(model.weights(), merged);
            TransformerGraph whole =
                TransformerGraph.builder(model.config(), over).tokens().head().build();
            TransformerGraph again = model.graph().tokens().head().lora(adapters).build()) {
          INDArray expected = logits(adapted, in);
          assertThat(expected.sub(logits(plain, in)).amaxNumber().doubleValue())
              .isGreaterThan(0.01);
          INDArray difference = logits(whole, in).sub(expected);
          assertThat(difference.isNaN().any()).isFalse();
          assertThat(difference.amaxNumber().doubleValue()).isLessThan(2e-5);
          assertThat(logits(again, in)).isEqualTo(expected);
        }
        merged.values().forEach(INDArray::close);
      }
    }
  }

  private static INDArray logits(TransformerGraph graph, Map<String, INDArray> in) {
    try (GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      return runner.run(in, List.of(TransformerGraph.LOGITS)).get(TransformerGraph.LOGITS).dup();
    }
  }

  @Test
  void onlyAdaptersGetGradients() {
    try (TransformerModel model = open(TinyModels.BIASES);
        TransformerGraph graph = model.graph().topLayers(1).lora(Lora.rank(2)).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      assertThat(graph.trainable())
          .containsExactly(
              "model.layers.3.self_attn.q_proj.lora_A.weight",
              "model.layers.3.self_attn.q_proj.lora_B.weight",
              "model.layers.3.self_attn.v_proj.lora_A.weight",
              "model.layers.3.self_attn.v_proj.lora_B.weight");
      graph.sameDiff().getVariable(graph.output()).norm2("loss");
      graph.sameDiff().setLossVariables("loss");
      Map<String, INDArray> in = new RowBatch(0, 6).placeholders(model.config());
      in.put(TransformerGraph.HIDDEN, Nd4j.randn(6, 32));
      Map<String, INDArray> found = runner.gradients(in, List.of("loss"), graph.trainable());
      for (String name : graph.trainable()) {
        double size = found.get(name).norm2Number().doubleValue();
        // B is zero, so nothing reaches A yet.
        assertThat(size > 0).as(name).isEqualTo(name.endsWith("B.weight"));
      }
    }
  }

  @Test
  void startDependsOnSeedAndNameAlone() {
    var config = TinyModels.GROUPED.config();
    Lora lora = Lora.rank(4).seed(9);
    try (LoraAdapters all = LoraAdapters.fresh(lora, config, 1, 4);
        LoraAdapters top = LoraAdapters.fresh(lora, config, 4, 4);
        LoraAdapters other = LoraAdapters.fresh(lora.seed(10), config, 4, 4)) {
      String a = "model.layers.3.self_attn.q_proj.lora_A.weight";
      assertThat(top.arrays().get(a)).isEqualTo(all.arrays().get(a));
      assertThat(other.arrays().get(a)).isNotEqualTo(all.arrays().get(a));
      assertThat(all.arrays().get(a).amaxNumber().doubleValue())
          .isLessThanOrEqualTo(1 / Math.sqrt(32))
          .isGreaterThan(0.8 / Math.sqrt(32));
    }
  }

  @Test
  void refusesWhatCannotBe() {
    var config = TinyModels.GROUPED.config();
    assertThatThrownBy(() -> Lora.rank(0)).hasMessage("rank 0, expected 1 to 1024");
    assertThatThrownBy(
            () -> LoraAdapters.fresh(Lora.rank(1).targets("q_proj", "q_prj"), config, 4, 4))
        .hasMessageContaining("LoRA target 'q_prj' is no matrix of these layers")
        .hasMessageContaining("model.layers.3.self_attn.q_proj.weight");
    Map<String, INDArray> half = new LinkedHashMap<>();
    half.put("model.layers.3.self_attn.q_proj.lora_A.weight", Nd4j.zeros(2, 32));
    assertThatThrownBy(() -> new LoraAdapters(Lora.rank(2), config, half))
        .hasMessageContaining("there is no model.layers.3.self_attn.q_proj.lora_B.weight");
    half.put("model.layers.3.self_attn.q_proj.lora_B.weight", Nd4j.zeros(32, 3));
    assertThatThrownBy(() -> new LoraAdapters(Lora.rank(2), config, half))
        .hasMessageContaining("lora_B.weight has shape [32, 3], expected [32, 2]");
  }

  private TransformerModel open(TinyModel variant) {
    return TransformerModel.open(TinyModels.write(variant, folder));
  }
}
