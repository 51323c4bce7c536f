package org.lensdl4j.examples.cli;

import org.lensdl4j.lens.states.StateCache;
import picocli.CommandLine.Option;

/** Where downloaded models and hidden states are kept, and how many of the latter. */
public final class CacheOption extends CacheFolder {
  @Option(
      names = "--cache-size",
      paramLabel = "GB",
      defaultValue = "20",
      description =
          "Bound on the hidden states kept; those used longest ago go first. Default: ${DEFAULT-VALUE}.")
  private double gigabytes;

  /** Hidden states. */
  public StateCache states() {
    return new StateCache(folder().resolve("states"), (long) (gigabytes * 1e9));
  }
}
