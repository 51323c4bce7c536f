package org.lensdl4j.model.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.OutputInUseException;
import org.lensdl4j.model.fixtures.TinyGguf;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.weights.Halves;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ModelDirectoryWriterTest {
  private static final String NAME = "model.layers.3.self_attn.o_proj.weight";

  @TempDir Path folder;

  static List<TinyModel> variants() {
    return TinyModels.ALL;
  }

  static List<TinyModel> asGguf() {
    return List.of(
        TinyModels.PLAIN_HEADS,
        TinyModels.GROUPED,
        TinyModels.BIASES,
        TinyModels.LINEAR_SCALING,
        TinyModels.LLAMA3_SCALING);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void withoutChangesIsACopy(TinyModel tiny) throws Exception {
    Path source = TinyModels.write(tiny, folder);
    Files.writeString(source.resolve("README.md"), "words");
    Files.writeString(source.resolve("pytorch_model.bin"), "old weights");
    Files.createDirectory(source.resolve(".git"));
    Path out = folder.resolve("out");
    try (TransformerModel model = TransformerModel.open(source)) {
      ModelDirectoryWriter.of(model).write(out);
    }
    List<String> expected = names(source);
    expected.removeAll(List.of(".git", "pytorch_model.bin"));
    expected.add("lens.json");
    assertThat(names(out)).containsExactlyInAnyOrderElementsOf(expected);
    for (String name : names(out)) {
      if (!name.equals("lens.json")) {
        assertThat(out.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
      }
    }
  }

  @Test
  void changesOnlyTheBytesOfTheTensor() throws Exception {
    Path source = TinyModels.write(TinyModels.SHARDED, folder);
    Path out = folder.resolve("out");
    float[] values = new float[32 * 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.1f * i - 7;
    }
    try (TransformerModel model = TransformerModel.open(source);
        INDArray changed = Nd4j.createFromArray(values).reshape(32, 32)) {
      ModelDirectoryWriter.of(model)
          .changed(Map.of(NAME, changed))
          .settings("{\"seed\": 42}")
          .write(out);
    }
    for (String name : names(source)) {
      byte[] before = Files.readAllBytes(source.resolve(name));
      byte[] after = Files.readAllBytes(out.resolve(name));
      if (name.endsWith(".safetensors")) {
        try (SafetensorsFile file = SafetensorsFile.open(source.resolve(name))) {
          SafetensorsFile.Entry e = file.entries().get(NAME);
          if (e != null) {
            int at = (int) (file.dataOffset() + e.begin());
            for (int i = 0; i < values.length; i++) {
              short bits = Halves.floatToBf16(values[i]);
              before[at + 2 * i] = (byte) bits;
              before[at + 2 * i + 1] = (byte) (bits >> 8);
            }
          }
        }
      }
      assertThat(after).as(name).isEqualTo(before);
    }
    var manifest = new ObjectMapper().readTree(out.resolve("lens.json").toFile());
    assertThat(manifest.path("changed").toString()).isEqualTo("[\"" + NAME + "\"]");
    assertThat(manifest.path("settings").path("seed").asInt()).isEqualTo(42);
    try (TransformerModel model = TransformerModel.open(source)) {
      assertThat(manifest.path("sourceHash").asText()).isEqualTo(model.hash());
      assertThat(manifest.path("resultHash").asText()).isNotEqualTo(model.hash());
    }
  }

  @ParameterizedTest
  @MethodSource("asGguf")
  void ggufBecomesADirectoryWithTheSameModel(TinyModel tiny) throws Exception {
    Path gguf = folder.resolve("tiny.gguf");
    Files.write(gguf, TinyGguf.bytes(tiny));
    Path out = folder.resolve("out");
    try (TransformerModel model = TransformerModel.open(gguf)) {
      assertThat(model.config()).isEqualTo(tiny.config());
      ModelDirectoryWriter.of(model).write(out);
    }
    assertThat(names(out))
        .containsExactlyInAnyOrder(
            "config.json",
            "generation_config.json",
            "lens.json",
            "model.safetensors",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json");
    try (TransformerModel model = TransformerModel.open(out)) {
      assertThat(model.config()).isEqualTo(tiny.config());
      TinyModels.values(tiny)
          .forEach(
              (name, values) -> {
                try (INDArray read = model.weights().read(name)) {
                  assertThat(read.data().asFloat()).as(name).isEqualTo(values);
                }
              });
    }
  }

  @Test
  void writesOnlyChanges() {
    Path source = TinyModels.write(TinyModels.LINEAR_SCALING, folder);
    Path out = folder.resolve("a/b/out");
    try (TransformerModel model = TransformerModel.open(source);
        INDArray changed = Nd4j.ones(32, 32)) {
      ModelDirectoryWriter.of(model).changed(Map.of(NAME, changed)).writeChanges(out);
    }
    try (SafetensorsFile file = SafetensorsFile.open(out.resolve("changed.safetensors"))) {
      assertThat(file.entries().keySet()).containsExactly(NAME);
      assertThat(file.entries().get(NAME).dtype()).isEqualTo("F16");
      assertThat(file.readFloats(NAME)).containsOnly(1);
    }
  }

  @Test
  void refusesWhatCannotBeWrittenAndLeavesNothing() throws Exception {
    Path source = TinyModels.write(TinyModels.LINEAR_SCALING, folder.resolve("in"));
    Path out = folder.resolve("out");
    try (TransformerModel model = TransformerModel.open(source);
        INDArray wrongShape = Nd4j.ones(3, 3);
        INDArray bad = Nd4j.ones(32, 32)) {
      ModelDirectoryWriter writer = ModelDirectoryWriter.of(model);
      assertThatThrownBy(() -> writer.changed(Map.of("o_proj", bad)).write(out))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("The model has no tensor o_proj to replace");
      assertThatThrownBy(() -> writer.changed(Map.of(NAME, wrongShape)).write(out))
          .hasMessage(NAME + " has shape [32, 32] and cannot become [3, 3]");
      bad.putScalar(1, 2, Float.NaN);
      assertThatThrownBy(() -> writer.changed(Map.of(NAME, bad)).write(out))
          .hasMessage(
              NAME
                  + " was changed to NaN at element 34, which F16 cannot hold; nothing was written");
      bad.putScalar(1, 2, 65520);
      assertThatThrownBy(() -> writer.writeChanges(out))
          .hasMessageContaining("was changed to 65520.0 at element 34, which F16 cannot hold");
      Files.createDirectory(out);
      Files.writeString(out.resolve("x"), "mine");
      assertThatThrownBy(() -> writer.write(out))
          .isInstanceOf(OutputInUseException.class)
          .hasMessage("The output folder " + out + " is not empty");
      assertThatThrownBy(() -> writer.write(out.resolve("x")))
          .hasMessage("The output folder " + out.resolve("x") + " is a file");
    }
    assertThat(names(folder)).containsExactlyInAnyOrder("in", "out");
    assertThat(names(out)).containsExactly("x");
  }

  private static List<String> names(Path directory) throws Exception {
    try (var files = Files.list(directory)) {
      return new java.util.ArrayList<>(
          Arrays.asList(files.map(p -> p.getFileName().toString()).toArray(String[]::new)));
    }
  }
}
