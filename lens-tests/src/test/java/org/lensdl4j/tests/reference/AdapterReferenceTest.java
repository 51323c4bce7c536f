package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.FamilyVariant.TOLERANCE;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adapter folders of the real peft beside fused matrices and GPT-2's, which are {@code [in, out]};
 * made by {@code make_adapter_reference.py}.
 */
class AdapterReferenceTest {

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt2-inner", "pythia", "bloom", "phi3"})
  void logitsAndGradients(String variant) {
    StoredValues peft =
        StoredValues.file(FamilyVariant.folder(variant).resolve("adapter.safetensors"));
    try (FamilyVariant r = FamilyVariant.open(variant);
        LoraAdapters adapters =
            AdapterFolder.read(
                FamilyVariant.folder(variant).resolve("adapter"), r.model.config())) {
      ModelConfig config = r.model.config();
      double[] expected = peft.values("logits");
      int[] ids = r.stored.ints("ids");
      TransformerGraph.Builder beside =
          TransformerGraph.builder(config, r.model.weights()).lora(adapters);
      assertNear("beside", logits(beside, config, ids), expected, TOLERANCE);
      Map<String, INDArray> merged = adapters.merge(r.model.weights());
      assertThat(merged).hasSize(adapters.arrays().size() / 2);
      try (Weights over = new OverlayWeights(r.model.weights(), merged)) {
        assertNear(
            "merged",
            logits(TransformerGraph.builder(config, over), config, ids),
            expected,
            TOLERANCE);
      }
      merged.values().forEach(INDArray::close);
      gradients(r, adapters, peft);
    }
  }

  private static double[] logits(TransformerGraph.Builder builder, ModelConfig config, int[] ids) {
    try (TransformerGraph graph = builder.tokens().head().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      Map<String, INDArray> in = new HashMap<>(new RowBatch(0, ids.length).placeholders(config));
      in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
      double[] out =
          Near.values(
              runner.run(in, List.of(TransformerGraph.LOGITS)).get(TransformerGraph.LOGITS));
      in.values().forEach(INDArray::close);
      return out;
    }
  }

  private static void gradients(FamilyVariant r, LoraAdapters adapters, StoredValues peft) {
    ModelConfig config = r.model.config();
    int[] ids = r.stored.ints("ids");
    try (TransformerGraph graph =
            TransformerGraph.builder(config, r.model.weights()).tokens().lora(adapters).build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      SameDiff sd = graph.sameDiff();
      SDVariable direction = sd.placeHolder("direction", DataType.FLOAT, -1, config.hiddenSize());
      sd.setLossVariables(sd.getVariable(graph.output()).mul(direction).sum("loss", false, 0, 1));
      Map<String, INDArray> in = new HashMap<>(new RowBatch(0, ids.length).placeholders(config));
      in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
      INDArray weights = Nd4j.createFromArray(r.stored.values("direction")).castTo(DataType.FLOAT);
      in.put("direction", weights.reshape(ids.length, config.hiddenSize()));
      Map<String, INDArray> found = runner.gradients(in, List.of("loss"), graph.trainable());
      assertThat(peft.names("grad.")).hasSameSizeAs(graph.trainable());
      for (String name : graph.trainable()) {
        assertNear(name, found.get(name), peft.values("grad." + name), 4 * TOLERANCE);
      }
      in.values().forEach(INDArray::close);
    }
  }
}
