package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that probing and training share; those not given are the configuration's. */
public final class LanguageOptions {
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

  /**
   * The configuration: the file's or the defaults, with these options and more on top.
   *
   * @throws ParameterException if a value is out of range
   */
  public LensConfig config(CommandSpec spec, Consumer<LensConfigBuilder> more) {
    try {
      LensConfigBuilder builder = builder();
      more.accept(builder);
      return builder.build();
    } catch (LensException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LensConfigBuilder builder() throws IOException {
    LensConfig base = config == null ? null : read(config);
    LensConfigBuilder builder = base == null ? LensConfig.builder() : base.toBuilder();
    String pivot = central != null ? central : base != null ? base.central() : "en";
    builder.central(pivot);
    if (languages != null) {
      builder.languages(all(pivot));
    } else if (base == null) {
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
