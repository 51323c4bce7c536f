package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.LensException;

class OutputsTest {
  @TempDir Path folder;

  @Test
  void whatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> Outputs.file(folder))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> Outputs.file(file.resolve("a/b")))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> Outputs.folder(file)).hasMessageContaining("is a file");
  }

  @Test
  void newFilesNewFoldersAndFilesToReplaceAreFine() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatCode(
            () -> {
              Outputs.file(file);
              Outputs.file(folder.resolve("a/b/c"));
              Outputs.file(Path.of("relative"));
              Outputs.folder(folder);
              Outputs.folder(folder.resolve("a/b"));
            })
        .doesNotThrowAnyException();
  }
}
