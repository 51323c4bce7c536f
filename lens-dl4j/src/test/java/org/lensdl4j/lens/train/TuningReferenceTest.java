package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One step equals that of {@code transformers} (labels of -100 on prompt and padding) and {@code
 * peft}; made by {@code lens-tests/src/test/python/make_tuning_reference.py}.
 */
class TuningReferenceTest {
  static final List<TinyModel> VARIANTS =
      List.of(TinyModels.GROUPED, TinyModels.BIASES, TinyModels.WINDOW);

  private static final Path VALUES = Path.of("src/test/resources/reference/tuning");

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void lossAndGradientsOfLayers(TinyModel variant) {
    try (TransformerModel model = open(variant);
        SafetensorsFile values = values(variant)) {
      TuningConfig config = TuningConfig.builder().batchSize(2).accumulation(2).build();
      compare(model, values, config, Map.of(), "loss", "gradient.");
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void lossAndGradientsOfAdapters(TinyModel variant) {
    try (TransformerModel model = open(variant);
        SafetensorsFile values = values(variant);
        LoraAdapters adapters = adapters(variant, model)) {
      TuningConfig config =
          TuningConfig.builder().batchSize(3).accumulation(1).lora(adapters.settings()).build();
      compare(model, values, config, adapters.arrays(), "lora_loss", "lora_gradient.");
    }
  }

  private void compare(
      TransformerModel model,
      SafetensorsFile values,
      TuningConfig config,
      Map<String, INDArray> start,
      String loss,
      String gradient) {
    List<EncodedInstruction> items = items(values);
    StateCache cache = new StateCache(folder.resolve("states"), 1 << 30);
    try (Boundary states =
            EncodedInstruction.boundary(model, items, config.topLayers(), cache, Progress.NONE);
        Trainer<ResponseObjective.Micro, TuningStep> trainer =
            new ResponseObjective(model.config(), model.weights(), config, items, states)
                .trainer()) {
      start.forEach((name, a) -> trainer.weights().get(name).assign(a));
      List<ResponseObjective.Micro> micros = trainer.accumulate(0);
      double nats = micros.stream().mapToDouble(ResponseObjective.Micro::nats).sum();
      int tokens = micros.stream().mapToInt(ResponseObjective.Micro::tokens).sum();
      assertThat(nats / tokens).isCloseTo(values.readFloats(loss)[0], within(2e-5));
      assertThat(trainer.gradients()).isNotEmpty();
      trainer.gradients().forEach((name, g) -> near(name, g, values.readFloats(gradient + name)));
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void logitsOfMergedAdapters(TinyModel variant) {
    try (TransformerModel model = open(variant);
        SafetensorsFile values = values(variant);
        LoraAdapters adapters = adapters(variant, model)) {
      assertThat(adapters.weights()).hasSize(8);
      Map<String, INDArray> merged = adapters.merge(model.weights());
      int[] ids = items(values).get(0).ids();
      try (OverlayWeights over = new OverlayWeights(model.weights(), merged);
          TransformerGraph graph =
              TransformerGraph.builder(model.config(), over).tokens().head().build();
          GraphRunner runner = new GraphRunner(graph.sameDiff())) {
        Map<String, INDArray> in = new RowBatch(0, ids.length).placeholders(model.config());
        in.put(TransformerGraph.TOKENS, Nd4j.createFromArray(ids));
        INDArray logits =
            runner.run(in, List.of(TransformerGraph.LOGITS)).get(TransformerGraph.LOGITS);
        near("logits", logits, values.readFloats("merged_logits"));
      }
      merged.values().forEach(INDArray::close);
    }
  }

  /** To 1e-4 of the tensor's largest value: what the order of fp32 sums explains. */
  private static void near(String name, INDArray found, float[] expected) {
    float[] values = found.dup('c').data().asFloat();
    assertThat(values).as(name).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double d = Math.abs(expected[i] - values[i]);
      difference = d <= difference ? difference : d;
    }
    assertThat(difference).as(name).isLessThan(1e-4 * largest);
  }

  private static List<EncodedInstruction> items(SafetensorsFile values) {
    int[] ids = integers(values, "ids");
    int[] lengths = integers(values, "lengths");
    int[] prompts = integers(values, "prompts");
    List<EncodedInstruction> out = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      out.add(new EncodedInstruction(Arrays.copyOfRange(ids, at, at + lengths[i]), prompts[i]));
      at += lengths[i];
    }
    return out;
  }

  private static int[] integers(SafetensorsFile values, String name) {
    float[] found = values.readFloats(name);
    int[] out = new int[found.length];
    Arrays.setAll(out, i -> (int) found[i]);
    return out;
  }

  private static SafetensorsFile values(TinyModel variant) {
    return SafetensorsFile.open(VALUES.resolve(variant.name() + ".safetensors"));
  }

  private static LoraAdapters adapters(TinyModel variant, TransformerModel model) {
    return AdapterFolder.read(VALUES.resolve(variant.name() + "-adapter"), model.config());
  }

  private TransformerModel open(TinyModel variant) {
    return TransformerModel.open(TinyModels.write(variant, folder));
  }
}
