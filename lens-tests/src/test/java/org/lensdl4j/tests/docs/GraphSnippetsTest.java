package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.train.Instruction;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.InstructionTuning;
import org.lensdl4j.lens.train.TuningResult;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.graph.TransformerLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GraphSnippetsTest {
  @TempDir Path folder;

  @Test
  void wholeModel() {
    Path directory = TinyModels.write(TinyModels.GROUPED, folder);
    // snippet whole
    try (TransformerModel model = TransformerModel.open(directory);
        TransformerGraph graph = model.graph().padded().tokens().head().build();
        GraphRunner runner = new GraphRunner(graph.sameDiff())) {
      int[][] tokens = {{7, 8, 9, 10}, {0, 0, 11, 12}}; // padding on either side
      float[][] mask = {{1, 1, 1, 1}, {0, 0, 1, 1}};
      Map<String, INDArray> in =
          Map.of("tokens", Nd4j.createFromArray(tokens), "mask", Nd4j.createFromArray(mask));
      Map<String, INDArray> out = runner.run(in, graph.taps());
      INDArray second = out.get(TransformerGraph.tap(2)); // [batch, seq, hidden] after layer 2
      INDArray logits = out.get(TransformerGraph.LOGITS); // [batch, seq, vocab]
      // end whole
      assertThat(graph.taps())
          .containsExactly("layer_1", "layer_2", "layer_3", "layer_4", "final_norm", "logits");
      assertThat(second.shape()).containsExactly(2, 4, 32);
      assertThat(logits.shape()).containsExactly(2, 4, 384);
    }
  }

  @Test
  void trainTheTop() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      INDArray hidden = Nd4j.randn(2, 4, 32);
      INDArray mask = Nd4j.ones(2, 4);
      // snippet top
      try (TransformerGraph top =
              model.graph().padded().topLayers(2).trainable("*.mlp.*", "*norm.weight").build();
          GraphRunner runner = new GraphRunner(top.sameDiff())) {
        SameDiff sd = top.sameDiff();
        SDVariable states = sd.getVariable(top.output()); // [batch, seq, hidden], final norm done
        sd.math.square(states).mean("loss", 0, 1, 2); // a loss of your own
        sd.setLossVariables("loss");
        Map<String, INDArray> in = Map.of("hidden", hidden, "mask", mask);
        runner.gradients(in, List.of("loss"), top.trainable()); // by Hugging Face name
        top.freeze("*norm.weight"); // from now on constants
        top.train("model.layers.3.self_attn.*"); // and these variables
        Map<String, INDArray> found = runner.gradients(in, List.of("loss"), top.trainable());
        // end top
        assertThat(found).hasSize(1 + 3 + 4 + 3);
        assertThat(found.keySet()).contains("model.layers.3.self_attn.q_proj.weight");
      }
    }
  }

  @Test
  void oneBlock() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      // snippet block
      ModelConfig config = model.config();
      SameDiff sd = SameDiff.create();
      SDVariable hidden = sd.placeHolder("hidden", DataType.FLOAT, -1, -1, config.hiddenSize());
      SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
      SDVariable out =
          TransformerLayer.apply(
              sd, config, 4, hidden, mask, name -> sd.var(name, model.weights().read(name)));
      // end block
      Map<String, INDArray> in = Map.of("hidden", Nd4j.randn(3, 5, 32), "mask", Nd4j.ones(3, 5));
      assertThat(out.eval(in).shape()).containsExactly(3, 5, 32);
      assertThat(sd.variableMap().keySet())
          .containsAll(TransformerLayer.parameterShapes(config, 4).keySet());
    }
  }

  @Test
  void adapters() {
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      Path output = folder.resolve("out");
      // snippet lora
      Lora lora = Lora.rank(8).alpha(16).targets("q_proj", "v_proj").seed(42);
      try (TransformerGraph top = model.graph().padded().topLayers(2).lora(lora).build()) {
        // ... a loss, and training: top.trainable() are the A and B, everything else is constant
        try (LoraAdapters trained = top.adapters()) {
          AdapterFolder.write(output.resolve("adapter"), trained, "tiny");
          Map<String, INDArray> merged = trained.merge(model.weights()); // W + alpha / rank B A
          ModelDirectoryWriter.of(model).changed(merged).write(output.resolve("model"));
          merged.values().forEach(INDArray::close);
        }
      }
      // end lora
      assertThat(output.resolve("model/model.safetensors")).exists();
      // snippet adapter
      try (LoraAdapters adapters = AdapterFolder.read(output.resolve("adapter"), model.config());
          TransformerGraph graph = model.graph().tokens().head().lora(adapters).build()) {
        List<String> names = graph.trainable(); // of the adapted layers only
        // end adapter
        assertThat(names).hasSize(2 * 2 * 2);
      }
    }
  }

  @Test
  void tuning() {
    InstructionCorpus corpus =
        InstructionCorpus.of(
            IntStream.range(0, 4)
                .mapToObj(i -> new Instruction("" + i, "Number " + i + "?", "It is " + i + "."))
                .toList());
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      // snippet tuning
      TuningResult result =
          InstructionTuning.of(model)
              .data(corpus) // InstructionCorpus.jsonl(file): instruction, response
              .topLayers(2)
              .lora(Lora.rank(8).targets("q_proj", "v_proj")) // without this, the layers themselves
              .learningRate(1e-3)
              .epochs(2)
              .batchSize(2)
              .fit(folder.resolve("run"));
      result.export(folder.resolve("tuned")); // the adapters are in run/adapter, as PEFT has them
      // end tuning
      assertThat(result.steps()).hasSize(4);
      assertThat(folder.resolve("run/adapter/adapter_config.json")).exists();
      assertThat(folder.resolve("tuned/config.json")).exists();
    }
  }
}
