package org.lensdl4j.model.base;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir Path folder;

  @Test
  void passesWhatFits() {
    assertThatCode(() -> DiskSpace.require(folder.resolve("not/there/yet"), 1))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesWhatCannotFitBeforeAnythingIsWritten() {
    Path target = folder.resolve("run");
    assertThatThrownBy(() -> DiskSpace.require(target, Long.MAX_VALUE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll(
            "Cannot write " + target, "8796093022207 MB are needed", "are free");
    org.assertj.core.api.Assertions.assertThat(target).doesNotExist();
  }
}
