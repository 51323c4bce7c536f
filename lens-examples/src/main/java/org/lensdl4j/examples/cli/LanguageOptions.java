package org.lensdl4j.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;
import picocli.CommandLine.Mixin;
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

  @Mixin
  private final ConfigFlags shared = ConfigFlags.of("central", "systemPrompt", "compat", "seed");

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

  /** Whether a system text was given on the command line. */
  boolean givesSystem() {
    return shared.value("systemPrompt") != null;
  }

  private LensConfigBuilder builder() throws IOException {
    String central = (String) shared.value("central");
    LensConfigBuilder builder;
    if (config != null) {
      builder = read(config, central).toBuilder();
    } else if (languages != null) {
      String pivot = central == null ? "en" : central;
      builder = LensConfig.builder().central(pivot).languages(all(pivot));
    } else {
      throw new LensException("Missing required option: '--languages=CODE[,CODE...]'");
    }
    shared.applyTo(builder);
    return builder;
  }

  private List<String> all(String pivot) {
    List<String> all = new ArrayList<>(languages);
    if (!all.contains(pivot)) {
      all.add(0, pivot);
    }
    return all;
  }

  /** The file's options; it need not name what the command line does. */
  private LensConfig read(Path file, String central) throws IOException {
    try {
      return LensConfig.fromJson(
          withLanguages(JsonFiles.withoutMark(Files.readString(file)), central));
    } catch (LensException e) {
      throw new LensException(file + ": " + e.getMessage(), e);
    }
  }

  private String withLanguages(String json, String central) {
    ObjectNode options;
    try {
      if (!(new ObjectMapper().readTree(json) instanceof ObjectNode found)) {
        return json;
      }
      options = found;
    } catch (JsonProcessingException e) {
      return json; // the configuration's own reader says what is wrong
    }
    String pivot = central == null ? options.path("central").asText("en") : central;
    if (central != null) {
      options.put("central", central);
    }
    if (languages != null) {
      ArrayNode all = options.putArray("languages");
      all(pivot).forEach(all::add);
    }
    return options.toString();
  }
}
