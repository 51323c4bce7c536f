package org.lensdl4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.Sha256;

class WeightHashCacheTest {
  @TempDir Path folder;
  private final AtomicInteger computed = new AtomicInteger();

  private String compute() {
    return Sha256.hex("weights " + computed.incrementAndGet());
  }

  private Path weights(String content, long secondsAgo) throws IOException {
    Path file = Files.writeString(folder.resolve("model.gguf"), content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    return file;
  }

  @Test
  void computesOnceWhileTheFileStaysAsItIs() throws IOException {
    WeightHashCache memory = new WeightHashCache(folder.resolve("hashes"));
    Path file = weights("abc", 60);
    String first = memory.get(List.of(file), this::compute);
    assertThat(memory.get(List.of(file), this::compute)).isEqualTo(first);
    assertThat(computed).hasValue(1);
  }

  @Test
  void anotherTimeOrSizeIsAnotherFile() throws IOException {
    WeightHashCache memory = new WeightHashCache(folder.resolve("hashes"));
    String first = memory.get(List.of(weights("abc", 60)), this::compute);
    assertThat(memory.get(List.of(weights("abd", 50)), this::compute)).isNotEqualTo(first);
    assertThat(memory.get(List.of(weights("abcd", 50)), this::compute)).isNotEqualTo(first);
    assertThat(computed).hasValue(3);
  }

  @Test
  void aFileThatWasJustWrittenIsNotTrusted() throws IOException {
    WeightHashCache memory = new WeightHashCache(folder.resolve("hashes"));
    Path file = weights("abc", 0);
    memory.get(List.of(file), this::compute);
    memory.get(List.of(file), this::compute);
    assertThat(computed).hasValue(2);
  }

  @Test
  void damageIsComputedAgain() throws IOException {
    WeightHashCache memory = new WeightHashCache(folder.resolve("hashes"));
    Path file = weights("abc", 60);
    memory.get(List.of(file), this::compute);
    try (var entries = Files.list(folder.resolve("hashes"))) {
      Files.writeString(entries.findFirst().orElseThrow(), "x".repeat(64));
    }
    memory.get(List.of(file), this::compute);
    assertThat(computed).hasValue(2);
  }

  @Test
  void aFolderThatCannotBeWrittenDoesNotStopTheWork() throws IOException {
    Path taken = Files.writeString(folder.resolve("hashes"), "a file in the way");
    assertThat(new WeightHashCache(taken).get(List.of(weights("abc", 60)), this::compute))
        .hasSize(64);
  }
}
