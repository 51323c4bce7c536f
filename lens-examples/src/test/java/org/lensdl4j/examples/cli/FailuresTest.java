package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;

class FailuresTest {

  @Test
  void aMessageOfOursIsShownAsItIs() {
    assertThat(Failures.oneLine(new LensException("rank: found 9"))).isEqualTo("rank: found 9");
  }

  @Test
  void linesAreJoined() {
    assertThat(Failures.oneLine(new LensException("first\n  second"))).isEqualTo("first; second");
  }

  @Test
  void filesAreNamed() {
    assertThat(Failures.oneLine(new UncheckedIOException(new NoSuchFileException("a/b"))))
        .isEqualTo("a/b: no such file or folder");
  }

  @Test
  void aFullDiskIsCalledThat() {
    IOException full = new FileSystemException("out/x", null, "No space left on device");
    assertThat(Failures.oneLine(full)).isEqualTo("out/x: No space left on device");
  }

  @Test
  void whatWeDidNotExpectSaysItsKind() {
    assertThat(Failures.oneLine(new NullPointerException()))
        .isEqualTo("NullPointerException (--verbose shows where)");
    assertThat(Failures.oneLine(new ArithmeticException("by zero")))
        .isEqualTo("ArithmeticException: by zero");
  }
}
