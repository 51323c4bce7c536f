package org.lensdl4j.examples.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a command did: its exit code and what it wrote. */
record Ran(int code, String out, String err) {

  /** Runs a command line in this JVM. */
  static Ran lens(Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = java.util.Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
    // Progress goes to the real standard error, and comes only when the machine is slow.
    System.setProperty("lens.silent", "true");
    int code =
        LensCommand.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            words);
    System.clearProperty("lens.silent");
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The lines on standard error. */
  List<String> errors() {
    return err.lines().toList();
  }
}
