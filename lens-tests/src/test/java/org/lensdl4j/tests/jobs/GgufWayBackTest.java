package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.OutputInUseException;
import org.lensdl4j.model.export.GgufModelWriter;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.GgufFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Models written as GGUF files are, opened again, the models that they were. */
class GgufWayBackTest {
  @TempDir Path folder;

  private Path model(String variant) throws IOException {
    Path from = Path.of("src/test/resources/reference/families", variant);
    Path to = Files.createDirectories(folder.resolve(variant));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
    SixtyFourTokens.write(to);
    return to;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-3.1",
        "mistral",
        "smollm",
        "qwen2",
        "qwen3",
        "phi3",
        "phi3.5-longrope",
        "gemma2",
        "gemma3-linear",
        "gpt2"
      })
  void directoryToGgufKeepsEveryWeightAndTheWholeConfiguration(String variant) throws IOException {
    Path file = folder.resolve("model.gguf");
    try (TransformerModel directory = TransformerModel.open(model(variant))) {
      GgufModelWriter.of(directory).type(DType.F32).write(file);
      try (TransformerModel gguf = TransformerModel.open(file)) {
        for (String name : directory.weights().tensors().keySet()) {
          same(name, directory, gguf, 1e-6);
        }
        assertThat(gguf.config())
            .usingRecursiveComparison()
            .ignoringFields("modelType", "bosToken", "eosTokens", "structure.windowed")
            .withComparatorForType(GgufWayBackTest::roundedToFloat, Double.class)
            .isEqualTo(directory.config());
        for (int layer = 0; layer < gguf.config().layers(); layer++) {
          assertThat(gguf.config().window(layer)).isEqualTo(directory.config().window(layer));
        }
        assertThat(gguf.tokenizer().encode("abc xyz"))
            .isEqualTo(directory.tokenizer().encode("abc xyz"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama-3.1, F16", "qwen2, BF16", "gemma2, F16"})
  void halvesRoundMatricesOnly(String variant, DType type) throws IOException {
    Path file = folder.resolve("model.gguf");
    try (TransformerModel directory = TransformerModel.open(model(variant))) {
      GgufModelWriter.of(directory).type(type).write(file);
      try (TransformerModel gguf = TransformerModel.open(file)) {
        directory
            .weights()
            .tensors()
            .forEach(
                (name, info) ->
                    same(
                        name,
                        directory,
                        gguf,
                        info.shape().size() < 2 ? 1e-6 : type == DType.F16 ? 1e-3 : 1e-2));
      }
    }
  }

  @Test
  void aRewrittenFileDiffersInTheChangedTensorOnly() throws IOException {
    Path first = folder.resolve("first.gguf");
    Path second = folder.resolve("second.gguf");
    try (TransformerModel directory = TransformerModel.open(model("llama-3.1"))) {
      GgufModelWriter.of(directory).type(DType.F16).write(first);
    }
    String name = "model.layers.1.self_attn.q_proj.weight";
    try (TransformerModel before = TransformerModel.open(first);
        INDArray changed = before.weights().read(name).addi(0.5)) {
      GgufModelWriter.of(before).changed(Map.of(name, changed)).write(second);
      try (TransformerModel after = TransformerModel.open(second);
          GgufFile a = GgufFile.open(first);
          GgufFile b = GgufFile.open(second)) {
        assertThat(b.metadata().asMap().keySet()).isEqualTo(a.metadata().asMap().keySet());
        assertThat(b.tensors()).isEqualTo(a.tensors());
        for (String tensor : before.weights().tensors().keySet()) {
          if (tensor.equals(name)) {
            try (INDArray read = after.weights().read(tensor)) {
              assertThat(read.distance2(changed)).isLessThan(0.02);
              assertThat(read.isNaN().any()).isFalse();
            }
          } else {
            same(tensor, before, after, 0);
          }
        }
      }
    }
  }

  @Test
  void refusesWhatGgufHasNoFormFor() throws IOException {
    Path file = folder.resolve("model.gguf");
    try (TransformerModel directory = TransformerModel.open(model("olmo2"))) {
      assertThatThrownBy(() -> GgufModelWriter.of(directory).write(file))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContainingAll("olmo2", "llama", "qwen3");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void neverWritesOverAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model.gguf"), "precious");
    try (TransformerModel directory = TransformerModel.open(model("qwen2"))) {
      assertThatThrownBy(() -> GgufModelWriter.of(directory).write(file))
          .isInstanceOf(OutputInUseException.class)
          .hasMessageContaining(file.toString());
    }
    assertThat(file).hasContent("precious");
  }

  private static int roundedToFloat(double a, double b) {
    return Math.abs(a - b) <= 1e-6 * Math.abs(b) ? 0 : Double.compare(a, b);
  }

  private static void same(String name, TransformerModel a, TransformerModel b, double tolerance) {
    try (INDArray expected = a.weights().read(name);
        INDArray found = b.weights().read(name)) {
      assertThat(found.shape()).as(name).isEqualTo(expected.shape());
      assertThat(found.isNaN().any()).as(name).isFalse();
      double scale = expected.amaxNumber().doubleValue();
      assertThat(found.sub(expected).amaxNumber().doubleValue())
          .as(name)
          .isLessThanOrEqualTo(tolerance * Math.max(1, scale));
    }
  }
}
