package org.lensdl4j.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lens probe}. */
@Command(name = "probe", description = "Stub.")
final class ProbeCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
