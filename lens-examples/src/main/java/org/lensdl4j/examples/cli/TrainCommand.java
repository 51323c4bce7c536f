package org.lensdl4j.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lens train}. */
@Command(name = "train", description = "Stub.")
final class TrainCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
