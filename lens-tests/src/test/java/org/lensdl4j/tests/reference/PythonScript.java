package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.testing.Prerequisite;

/**
 * Runs a script of {@code src/test/python} with the Python that tests tagged {@code python} have.
 */
final class PythonScript {
  private PythonScript() {}

  /**
   * Waits for the script's end.
   *
   * @param log a file that takes what it prints
   * @return what it printed
   * @throws AssertionError with what it printed, if it fails
   */
  static String run(Path log, String script, List<String> arguments) {
    return run(Prerequisite.PYTHON, log, script, arguments);
  }

  /** As above, with another Python. */
  static String run(Prerequisite python, Path log, String script, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(python.path().toString());
    command.add(Path.of("src", "test", "python", script).toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("HF_HUB_OFFLINE", "1", "PYTHONIOENCODING", "utf8"));
    try {
      int code = builder.redirectOutput(log.toFile()).start().waitFor();
      String printed = Files.readString(log);
      assertThat(code).as(printed).isZero();
      return printed;
    } catch (IOException e) {
      throw new AssertionError("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + command, e);
    }
  }
}
