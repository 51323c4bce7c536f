package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.Map;
import org.lensdl4j.examples.quickstart.UserCache;
import picocli.CommandLine.Option;

/** Where things are kept that can be computed or downloaded again. */
public class CacheFolder {
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder for downloaded models and hidden states; can be deleted at any time. Default:"
              + " lens-dl4j in the user's cache folder.")
  private Path folder;

  /** All of it. */
  public final Path folder() {
    return folder != null ? folder : standard(System.getProperty("os.name"), System.getenv());
  }

  final Path models() {
    return folder().resolve("models");
  }

  /** Where hashes of weights are remembered. */
  public final Path hashes() {
    return folder().resolve("hashes");
  }

  static Path standard(String system, Map<String, String> environment) {
    return UserCache.folder(system, environment);
  }
}
