package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;

class JsonFilesTest {
  @TempDir Path folder;

  /** Zero bytes at the start look like UTF-32 to Jackson: found by a random test. */
  @Test
  void refusesWhatIsNotText() throws IOException {
    Path zeros =
        Files.write(
            folder.resolve("zeros.json"),
            new byte[] {0, 0, 0, '{', 'a', 's', 'i', 'e', 'e', 0, 0, 0});
    assertThatThrownBy(() -> JsonFiles.read(zeros))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("zeros.json is not valid JSON");
    Path latin =
        Files.write(
            folder.resolve("latin.json"), new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'});
    assertThatThrownBy(() -> JsonFiles.read(latin))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void aByteOrderMarkBelongsToTheFile() throws java.io.IOException {
    java.nio.file.Path file = java.nio.file.Files.createTempFile("mark", ".json");
    java.nio.file.Files.writeString(file, "\uFEFF{\"a\": 1}");
    org.assertj.core.api.Assertions.assertThat(JsonFiles.read(file).path("a").asInt()).isOne();
    java.nio.file.Files.delete(file);
  }
}
