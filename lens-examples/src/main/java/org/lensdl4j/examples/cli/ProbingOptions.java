package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import org.lensdl4j.examples.inspect.SpaceSummary;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageSpace;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is probed for and where it goes; of this machine's command and the cluster's. */
public final class ProbingOptions {
  @Mixin
  private final ConfigFlags flags =
      ConfigFlags.of("probeMaxTokens", "probeRaw", "minTexts", "rank", "coordinates");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Language space to write, a safetensors file.")
  private Path out;

  /** The file to write. */
  public Path out() {
    return out;
  }

  /** What is printed of a space that was made. */
  public static String summary(LanguageSpace space, LensConfig config) {
    String plain = SpaceSummary.of(space);
    return config.coordinates() == LossCoordinates.WHITENED
        ? plain + "It is of states as they are: training whitens them itself.\n"
        : plain;
  }

  /** Puts what is given on top of a configuration. */
  public void applyTo(LensConfigBuilder b) {
    Outputs.file(out);
    flags.applyTo(b);
  }
}
