package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir Path folder;

  @Test
  void appearsWholeOrNotAtAll() throws IOException {
    Path out = folder.resolve("out");
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    out,
                    10,
                    f -> {
                      AtomicFile.write(f.resolve("sub/a"), "a");
                      assertThat(out).doesNotExist();
                      AtomicFile.write(
                          f.resolve("b"),
                          c -> {
                            throw new IOException("No space left on device");
                          });
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + out + ": No space left on device");
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    out,
                    10,
                    f -> {
                      throw new IllegalStateException("bug");
                    }))
        .hasMessage("bug");
    assertThatThrownBy(() -> AtomicFolder.write(out, Long.MAX_VALUE, f -> {}))
        .hasMessageContaining("Cannot write " + out + ": 8796093022207 MB are needed, ");
    assertThat(folder).isEmptyDirectory();

    Files.createDirectory(out);
    AtomicFolder.write(out, 10, f -> AtomicFile.write(f.resolve("a"), "text"));
    assertThat(out.resolve("a")).hasContent("text");
    assertThatThrownBy(() -> AtomicFolder.write(out, 10, f -> {}))
        .isInstanceOf(OutputInUseException.class);
  }
}
