package org.lensdl4j.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.train.RunCost;
import org.lensdl4j.lens.train.RunFolder;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;
import org.lensdl4j.model.weights.SafetensorsFile;

/**
 * A run folder as its files tell it.
 *
 * @param name of the folder
 * @param hashes what decides the outcome, by name
 * @param config the settings
 * @param steps lines of the log: {@code loss}, {@code learningRate}, terms
 * @param files what the folder says of weights, space and time, by name
 * @param finished whether there is a result
 * @param problems what could not be read
 */
record RunData(
    String name,
    Map<String, String> hashes,
    JsonNode config,
    List<JsonNode> steps,
    Map<String, String> files,
    boolean finished,
    List<String> problems) {
  private static final int MOST_STEPS = 200_000;
  private static final String BY_FILES = "from start to end, by the files' times, pauses included";

  /**
   * Reads a run.
   *
   * @throws LensException if the folder holds no run
   */
  static RunData read(Path folder) {
    Path mark = folder.resolve("run.json");
    RunFolder.require(folder);
    JsonNode run = JsonFiles.read(mark);
    Map<String, String> hashes = new LinkedHashMap<>();
    run.properties().stream()
        .filter(e -> e.getValue().isTextual())
        .forEach(e -> hashes.put(e.getKey(), e.getValue().asText()));
    List<String> problems = new ArrayList<>();
    List<JsonNode> steps = steps(folder.resolve("log.jsonl"), problems);
    Map<String, String> files = new LinkedHashMap<>();
    Path trained = folder.resolve("trained.safetensors");
    boolean finished = Files.isRegularFile(trained);
    if (finished) {
      weights(trained, files, problems);
      time(mark, trained, files);
    }
    cost(folder, files);
    Path space = folder.resolve("space.safetensors");
    if (Files.isRegularFile(space)) {
      space(space, files, problems);
    }
    return new RunData(
        Folders.name(folder), hashes, run.path("config"), steps, files, finished, problems);
  }

  /** The same under another name. */
  RunData named(String other) {
    return new RunData(other, hashes, config, steps, files, finished, problems);
  }

  private static List<JsonNode> steps(Path log, List<String> problems) {
    List<JsonNode> out = new ArrayList<>();
    if (!Files.isRegularFile(log)) {
      problems.add("There is no log.jsonl: no optimiser step was done.");
      return out;
    }
    ObjectMapper json = new ObjectMapper();
    try (BufferedReader in = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode step = json.readTree(line);
        if (!step.path("step").isIntegralNumber() || out.size() == MOST_STEPS) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "log.jsonl, line %d, and those after it are left out.",
                  out.size() + 1));
          break;
        }
        out.add(step);
      }
    } catch (JsonProcessingException e) {
      problems.add(
          String.format(
              Locale.ROOT,
              "log.jsonl, line %d, is no JSON; it and those after it are left out.",
              out.size() + 1));
    } catch (IOException e) {
      problems.add("log.jsonl cannot be read: " + e.getMessage());
    }
    return out;
  }

  private static void weights(Path file, Map<String, String> files, List<String> problems) {
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      long count = 0;
      for (SafetensorsFile.Entry e : in.entries().values()) {
        count += e.shape().stream().reduce(1L, Math::multiplyExact);
      }
      files.put("trained weights", Format.count(count));
      files.put("trained tensors", Integer.toString(in.entries().size()));
      files.put("size of the result", Format.bytes(Files.size(file)));
    } catch (IOException | RuntimeException e) {
      problems.add("trained.safetensors cannot be read: " + e.getMessage());
    }
  }

  private static void cost(Path folder, Map<String, String> files) {
    Optional<RunCost> found = RunCost.read(folder);
    if (found.isEmpty()) {
      return;
    }
    RunCost cost = found.get();
    files.put("training", Format.seconds(cost.seconds()));
    files.put("states before training", Format.seconds(cost.stateSeconds()));
    files.put("tokens trained on", Format.count(cost.tokens()));
    if (cost.weights() > 0) {
      files.put(
          "share of the weights that is trained",
          Format.number(100.0 * cost.trainedWeights() / cost.weights()) + " %");
    }
    if (cost.peakBytes() > 0) {
      files.put("largest resident memory", Format.bytes(cost.peakBytes()));
    }
    files.remove(BY_FILES);
  }

  private static void time(Path start, Path end, Map<String, String> files) {
    try {
      long ms =
          Files.getLastModifiedTime(end).toMillis() - Files.getLastModifiedTime(start).toMillis();
      // A copied folder has other times.
      if (ms > 2000) {
        files.put(BY_FILES, Format.seconds(ms / 1000.0));
      }
    } catch (IOException ignored) {
      // Times are an extra.
    }
  }

  private static void space(Path file, Map<String, String> files, List<String> problems) {
    try {
      LanguageSpace space = LanguageSpace.load(file);
      files.put(
          "language space",
          String.format(
              Locale.ROOT,
              "%s, rank %d, agnostic rank %d, %d layers of size %d",
              String.join(" ", space.languages()),
              space.rank(),
              space.agnosticRank(),
              space.layers(),
              space.hiddenSize()));
      files.put(
          "texts probed, per language",
          space.languages().stream()
              .map(l -> Format.count(space.count(l)))
              .distinct()
              .collect(java.util.stream.Collectors.joining(" ")));
      files.put("model", space.provenance().model());
      files.put("version of the code that probed", space.provenance().code());
    } catch (RuntimeException e) {
      problems.add("space.safetensors cannot be read: " + e.getMessage());
    }
  }
}
