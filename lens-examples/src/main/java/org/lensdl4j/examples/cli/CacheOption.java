package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.Map;
import org.lensdl4j.examples.quickstart.UserCache;
import org.lensdl4j.lens.states.StateCache;
import picocli.CommandLine.Option;

/** Where downloaded models and hidden states are kept. */
public final class CacheOption {
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder for downloaded models and hidden states; can be deleted at any time. Default:"
              + " lens-dl4j in the user's cache folder.")
  private Path folder;

  @Option(
      names = "--cache-size",
      paramLabel = "GB",
      description =
          "Bound on the hidden states kept; those used longest ago go first. Default: 20.")
  private double gigabytes = 20;

  Path folder() {
    return folder != null ? folder : standard(System.getProperty("os.name"), System.getenv());
  }

  Path models() {
    return folder().resolve("models");
  }

  /** Where hashes of weights are remembered. */
  public Path hashes() {
    return folder().resolve("hashes");
  }

  /** Hidden states. */
  public StateCache states() {
    return new StateCache(folder().resolve("states"), (long) (gigabytes * 1e9));
  }

  static Path standard(String system, Map<String, String> environment) {
    return UserCache.folder(system, environment);
  }
}
