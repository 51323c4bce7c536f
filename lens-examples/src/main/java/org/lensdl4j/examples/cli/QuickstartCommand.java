package org.lensdl4j.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lens quickstart}. */
@Command(name = "quickstart", description = "Stub.")
final class QuickstartCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
