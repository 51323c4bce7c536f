package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import picocli.CommandLine.Option;

/** Options that probing and training share; those not given are the configuration's. */
final class LanguageOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON file with any options; those on the command line win.")
  private Path config;

  @Option(
      names = "--languages",
      split = ",",
      paramLabel = "CODE",
      description = "Languages, for example en,zh,sw; the central one may be left out.")
  private List<String> languages;

  @Option(
      names = "--central",
      paramLabel = "CODE",
      description = "The central (pivot) language. Default: en.")
  private String central;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "System message of every prompt. Default: You are a helpful assistant.")
  private String system;

  @Option(
      names = "--compat",
      paramLabel = "NAME",
      description = "Reproduce published code number by number: lens-2ffa3f0.")
  private String compat;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random. Default: 42.")
  private Long seed;

  /** A builder with the configuration file, or the defaults, and these options on top. */
  LensConfigBuilder builder() throws IOException {
    LensConfigBuilder builder = config == null ? LensConfig.builder() : read(config).toBuilder();
    if (central != null) {
      builder.central(central);
    }
    if (languages != null) {
      builder.languages(all(central == null ? "en" : central));
    } else if (config == null) {
      throw new LensException("Missing required option: '--languages=CODE[,CODE...]'");
    }
    if (system != null) {
      builder.systemPrompt(system);
    }
    if (compat != null) {
      builder.compat(Compat.of(compat));
    }
    if (seed != null) {
      builder.seed(seed);
    }
    return builder;
  }

  private List<String> all(String pivot) {
    List<String> all = new ArrayList<>(languages);
    if (!all.contains(pivot)) {
      all.add(0, pivot);
    }
    return all;
  }

  private static LensConfig read(Path file) throws IOException {
    try {
      return LensConfig.fromJson(Files.readString(file));
    } catch (LensException e) {
      throw new LensException(file + ": " + e.getMessage(), e);
    }
  }
}
