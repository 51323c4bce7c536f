package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;

class ForeignFilesTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123456789\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"model.gguf", "model.safetensors", "config.json"})
  void pointersAndWebPagesAreSaidToBeThat(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, POINTER);
    assertThatThrownBy(() -> read(file)).hasMessageContaining("Git LFS pointer");
    Files.writeString(file, "\n<!DOCTYPE html><html><body>Not found</body></html>");
    assertThatThrownBy(() -> read(file)).hasMessageContaining("HTML page");
  }

  private static void read(Path file) {
    if (file.toString().endsWith(".json")) {
      JsonFiles.read(file);
    } else if (file.toString().endsWith(".gguf")) {
      GgufFile.open(file).close();
    } else {
      SafetensorsFile.open(file).close();
    }
  }

  @ParameterizedTest
  @CsvSource({"x.gguf,GGUF file", "adapter_config.json,adapter"})
  void foldersOfSomethingElseAreSaidToBeThat(String name, String said) throws IOException {
    Files.writeString(folder.resolve(name), "{}");
    assertThatThrownBy(() -> TransformerModel.open(folder)).hasMessageContaining(said);
  }

  @Test
  void theModelInsideIsNamed() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("inner")).resolve("config.json"), "{}");
    assertThatThrownBy(() -> TransformerModel.open(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("the model may be " + folder.resolve("inner"));
  }

  @Test
  void aHubsNameIsNotFetched() {
    assertThatThrownBy(() -> TransformerModel.open(Path.of("organisation/model-1.5b")))
        .hasMessageContaining("nothing is fetched");
    assertThat(ForeignFiles.hint(folder.resolve("not there"))).isEmpty();
  }
}
