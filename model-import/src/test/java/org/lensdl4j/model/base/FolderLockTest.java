package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path folder;

  @Test
  void oneHoldsItAtATime() throws IOException {
    try (FolderLock held = FolderLock.take(folder).orElseThrow()) {
      assertThat(held).isNotNull();
      assertThat(FolderLock.take(folder)).isEmpty();
    }
    FolderLock.take(folder).orElseThrow().close();
  }

  @Test
  void whatIsLeftOfALockIsNothing() throws IOException {
    assertThat(FolderLock.isEmpty(folder)).isTrue();
    FolderLock.take(folder).orElseThrow().close();
    assertThat(FolderLock.isEmpty(folder)).isTrue();
    Files.writeString(folder.resolve("thesis.txt"), "");
    assertThat(FolderLock.isEmpty(folder)).isFalse();
  }
}
