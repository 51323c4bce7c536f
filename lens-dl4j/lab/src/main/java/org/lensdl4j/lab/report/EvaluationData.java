package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * An evaluation folder as its files tell it.
 *
 * @param name of the folder
 * @param columns in order; others are compared with the first
 * @param central the language that is not to get worse
 * @param figures all of them
 * @param tasks what tasks are, by name
 * @param items files of finished tasks
 * @param directions per language the tokens that its direction makes likeliest
 * @param leftOut what could not be measured
 * @param identity what decided the outcome
 * @param problems what could not be read
 */
record EvaluationData(
    String name,
    List<String> columns,
    String central,
    List<Figure> figures,
    Map<String, String> tasks,
    List<Path> items,
    Map<String, List<String>> directions,
    List<String> leftOut,
    Map<String, String> identity,
    List<String> problems) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads an evaluation.
   *
   * @throws LensException if the folder holds no finished evaluation
   */
  static EvaluationData read(Path folder) {
    Path summary = folder.resolve("summary.json");
    if (!Files.isRegularFile(summary)) {
      Path comparison = folder.resolve("comparison.json");
      if (Files.isRegularFile(comparison)) {
        return ComparisonData.read(comparison);
      }
      throw new LensException(
          String.format(
              Locale.ROOT, "%s holds no finished evaluation: it has no summary.json", folder));
    }
    JsonNode root = JsonFiles.read(summary);
    List<String> problems = new ArrayList<>();
    Map<String, String> tasks = new LinkedHashMap<>();
    Map<String, Metric> metrics = new LinkedHashMap<>();
    List<Path> items = new ArrayList<>();
    for (Path file : Folders.files(folder.resolve("items"), ".jsonl")) {
      if (head(file, tasks, metrics)) {
        items.add(file);
      } else {
        problems.add(
            String.format(
                Locale.ROOT, "%s has no head of a task and is left out.", file.getFileName()));
      }
    }
    if (items.isEmpty()) {
      problems.add("There are no items: no samples are shown, and columns are not compared.");
    }
    List<String> columns = texts(root.path("columns"));
    if (columns.isEmpty()) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: columns: found none, expected at least one", summary));
    }
    List<Figure> figures = new ArrayList<>();
    for (JsonNode f : root.path("figures")) {
      Figure figure = figure(f, metrics, summary);
      if (figure.change() == null && !figure.column().equals(columns.get(0))) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: %s of %s in %s has no change, expected one against %s",
                summary,
                figure.metric().name(),
                figure.column(),
                figure.language(),
                columns.get(0)));
      }
      figures.add(figure);
    }
    Map<String, List<String>> directions = new LinkedHashMap<>();
    root.path("directions")
        .properties()
        .forEach(e -> directions.put(e.getKey(), texts(e.getValue())));
    Path mark = folder.resolve("evaluation.json");
    Map<String, String> identity = new LinkedHashMap<>();
    if (Files.isRegularFile(mark)) {
      JsonFiles.read(mark)
          .properties()
          .forEach(e -> identity.put(e.getKey(), e.getValue().asText()));
    }
    return new EvaluationData(
        Folders.name(folder),
        columns,
        root.path("central").asText("en"),
        figures,
        tasks,
        items,
        directions,
        texts(root.path("left_out")),
        identity,
        problems);
  }

  /** Reads what a task's file says of its figures; false if it says nothing. */
  private static boolean head(Path file, Map<String, String> tasks, Map<String, Metric> metrics) {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      String line = in.readLine();
      JsonNode head = line == null ? JSON.missingNode() : JSON.readTree(line);
      String task = head.path("task").asText();
      if (task.isEmpty() || !head.path("metrics").isArray()) {
        return false;
      }
      tasks.put(task, head.path("about").asText());
      for (JsonNode m : head.path("metrics")) {
        Metric metric = Metric.fromJson(m);
        metrics.put(task + "\0" + metric.name(), metric);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Figure figure(JsonNode f, Map<String, Metric> metrics, Path file) {
    String name = f.path("metric").asText();
    // Without the items nobody says which figures count; those of single layers never do.
    Metric metric = metrics.get(f.path("task").asText() + "\0" + name);
    try {
      return Figure.fromJson(f, metric == null ? Metric.named(name) : metric);
    } catch (LensException e) {
      throw new LensException(file + ": " + e.getMessage(), e);
    }
  }

  static List<String> texts(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(t -> out.add(t.asText()));
    return Collections.unmodifiableList(out);
  }

  /** The columns that are compared with the first. */
  List<String> others() {
    return columns.subList(1, columns.size());
  }

  /** The figures that count for the verdict, of one column, languages pooled or not. */
  List<Figure> headlines(String column, boolean pooled) {
    return figures.stream()
        .filter(f -> f.column().equals(column) && f.metric().headline())
        .filter(f -> f.language().equals(Figure.POOLED) == pooled)
        .toList();
  }

  /** All languages, the central one first. */
  List<String> languages() {
    List<String> out = new ArrayList<>();
    figures.stream()
        .map(Figure::language)
        .filter(l -> !l.equals(Figure.POOLED))
        .distinct()
        .forEach(out::add);
    if (out.remove(central)) {
      out.add(0, central);
    }
    return out;
  }
}
