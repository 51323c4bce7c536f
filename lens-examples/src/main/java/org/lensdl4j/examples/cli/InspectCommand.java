package org.lensdl4j.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lens inspect}. */
@Command(name = "inspect", description = "Stub.")
final class InspectCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
