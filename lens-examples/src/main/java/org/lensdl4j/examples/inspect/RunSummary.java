package org.lensdl4j.examples.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.examples.report.TextTable;
import org.lensdl4j.lens.train.RunFolder;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.model.base.LensException;

/** What is in the folder of a training run. */
public final class RunSummary {
  /** The file that makes a folder a run folder. */
  public static final String MARK = "run.json";

  private static final int LINES = 8;

  private RunSummary() {}

  /**
   * The summary, several lines.
   *
   * @throws LensException if the folder's files cannot be read
   */
  public static String of(Path folder) {
    JsonNode run = read(folder.resolve(MARK));
    List<StepReport> steps =
        Files.exists(folder.resolve("log.jsonl")) ? RunFolder.readLog(folder) : List.of();
    Facts facts = new Facts().add("kind", "training run");
    run.properties().stream()
        .filter(e -> e.getValue().isTextual())
        .forEach(e -> facts.add(e.getKey(), Facts.brief(e.getValue().asText())));
    facts.add("options", options(run.path("config")));
    facts.add("steps", steps(steps));
    facts.add("checkpoint", file(folder.resolve("checkpoint.safetensors")));
    facts.add("result", file(folder.resolve("trained.safetensors")));
    return facts + (steps.isEmpty() ? "" : "\n" + table(steps));
  }

  private static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new LensException(file + ": " + e.getMessage(), e);
    }
  }

  private static String options(JsonNode config) {
    List<String> out = new ArrayList<>();
    for (String name :
        List.of("topLayers", "align", "separate", "retain", "learningRate", "seed")) {
      out.add(name + " " + config.path(name).asText());
    }
    List<String> languages = new ArrayList<>();
    for (Iterator<JsonNode> i = config.path("languages").elements(); i.hasNext(); ) {
      languages.add(i.next().asText());
    }
    return String.format(
        Locale.ROOT, "languages %s; %s", String.join(" ", languages), String.join(", ", out));
  }

  private static String steps(List<StepReport> steps) {
    if (steps.isEmpty()) {
      return "none done";
    }
    StepReport last = steps.get(steps.size() - 1);
    return String.format(Locale.ROOT, "%d of %d done", last.step(), last.steps());
  }

  private static String file(Path file) {
    return Files.exists(file)
        ? String.format(
            Locale.ROOT, "%s, %s", file.getFileName(), Facts.bytes(file.toFile().length()))
        : "none";
  }

  private static TextTable table(List<StepReport> steps) {
    TextTable table =
        new TextTable("step", "rate", "gradient", "loss", "align", "separate", "retain");
    int every = Math.max(1, (steps.size() + LINES - 1) / LINES);
    for (int i = 0; i < steps.size(); i++) {
      if (i % every == 0 || i == steps.size() - 1) {
        StepReport s = steps.get(i);
        table.row(
            String.valueOf(s.step()),
            number(s.learningRate()),
            number(s.gradientNorm()),
            number(s.loss()),
            number(sum(s.align())),
            number(sum(s.separate())),
            number(s.retain()));
      }
    }
    return table;
  }

  private static double sum(Map<String, Double> terms) {
    return terms.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static String number(double x) {
    return String.format(java.util.Locale.ROOT, "%.4g", x);
  }
}
