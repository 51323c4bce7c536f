package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.Verdict;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/** The quickstart's {@code comparison.json}, read as an evaluation of one run. */
final class ComparisonData {
  private ComparisonData() {}

  static EvaluationData read(Path file) {
    JsonNode root = JsonFiles.read(file);
    List<Figure> figures = new ArrayList<>();
    for (JsonNode c : root.path("changes")) {
      Metric metric = metric(c.path("measure").asText(), file);
      int items = c.path("items").asInt();
      String language = c.path("language").asText();
      figures.add(
          new Figure(
              EvaluationData.STATES,
              metric,
              language,
              "before",
              items,
              point(c.path("before").asDouble(Double.NaN)),
              Double.NaN,
              null));
      Interval difference =
          new Interval(
              c.path("difference").asDouble(Double.NaN),
              c.path("low").asDouble(Double.NaN),
              c.path("high").asDouble(Double.NaN));
      Verdict verdict = Verdict.of(metric.better(), difference);
      figures.add(
          new Figure(
              EvaluationData.STATES,
              metric,
              language,
              "run",
              items,
              point(c.path("after").asDouble(Double.NaN)),
              Double.NaN,
              new Figure.Change(
                  difference, -1, -1, Double.NaN, Double.NaN, verdict, Double.NaN, 0)));
    }
    return new EvaluationData(
        Folders.name(file.toAbsolutePath().getParent()),
        List.of("before", "run"),
        root.path("central").asText("en"),
        figures,
        Map.of(EvaluationData.STATES, "hidden states of parallel texts"),
        List.of(),
        Map.of(),
        List.of("tasks: only hidden states and bits per byte were measured"),
        Map.of(),
        List.of(
            "This evaluation has no tests, only intervals: a change is called one if its 95 % interval"
                + " leaves 0 out."));
  }

  private static Interval point(double value) {
    return new Interval(value, Double.NaN, Double.NaN);
  }

  private static Metric metric(String name, Path file) {
    return Measure.named(name)
        .map(m -> Metric.of(m, 0))
        .orElseThrow(
            () ->
                new LensException(
                    "%s: measure: found %s, expected a known one"
                        .formatted(file, Format.cut(name, 40))));
  }
}
