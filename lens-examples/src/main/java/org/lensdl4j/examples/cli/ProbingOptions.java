package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import org.lensdl4j.lens.config.LensConfigBuilder;
import picocli.CommandLine.Option;

/** What is probed for and where it goes; of this machine's command and the cluster's. */
public final class ProbingOptions {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Longest prompt, template included. Default: 64.")
  private Integer maxTokens;

  @Option(
      names = "--min-texts",
      paramLabel = "N",
      description = "Refuse a language with fewer texts. Default: 10.")
  private Integer minTexts;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description = "Rank of the specific subspace. Default: the largest, languages - 1.")
  private Integer rank;

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

  /** Puts what is given on top of a configuration. */
  public void applyTo(LensConfigBuilder b) {
    TrainingOptions.set(maxTokens, b::probeMaxTokens);
    TrainingOptions.set(minTexts, b::minTexts);
    TrainingOptions.set(rank, b::rank);
  }
}
