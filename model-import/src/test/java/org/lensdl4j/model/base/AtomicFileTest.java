package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void foldersOnTheWayAreMade() throws IOException {
    Path file = folder.resolve("a/b/text");
    AtomicFile.write(file, "häuser");
    assertThat(file).hasContent("häuser");
    assertThat(names(file.getParent())).containsExactly("text");
  }

  @Test
  void whateverFailsTheOldFileStaysAlone() throws IOException {
    Path file = folder.resolve("text");
    AtomicFile.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[1000]));
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + file + ": disk full");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw new IllegalStateException("no content");
                    }))
        .hasMessage("no content");
    assertThat(file).hasContent("old");
    assertThat(names(folder)).containsExactly("text");
  }

  @Test
  void aFolderInPlaceOfTheFileIsNamed() throws IOException {
    Path file = Files.createDirectories(folder.resolve("taken/inside")).getParent();
    assertThatThrownBy(() -> AtomicFile.write(file, "new"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write " + file);
    assertThat(names(folder)).containsExactly("taken");
  }

  @Test
  void readersNeverSeeAMixtureOfWriters() throws Exception {
    Path file = folder.resolve("text");
    List<String> contents = List.of("a".repeat(5000), "b".repeat(7000), "c".repeat(3000));
    AtomicFile.write(file, contents.get(0));
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (String content : contents) {
      writers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 15; i++) {
                  AtomicFile.write(file, content);
                }
              }));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new));
    do {
      assertThat(contents).contains(Files.readString(file));
    } while (!all.isDone());
    all.get(1, TimeUnit.SECONDS);
    assertThat(names(folder)).containsExactly("text");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
