package org.lensdl4j.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lens export}. */
@Command(name = "export", description = "Stub.")
final class ExportCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
