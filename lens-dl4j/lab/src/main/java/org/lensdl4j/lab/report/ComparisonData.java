package org.lensdl4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.evaluate.Figure;
import org.lensdl4j.lab.evaluate.Figure.Verdict;
import org.lensdl4j.lab.evaluate.tasks.Metric;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
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
      Verdict verdict = verdict(metric, difference);
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
    Measure measure;
    try {
      measure = Measure.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new LensException(
          "%s: measure: found %s, expected a known one".formatted(file, Format.cut(name, 40)), e);
    }
    int direction =
        switch (measure) {
          case RETRIEVAL_TO_CENTRAL, RETRIEVAL_FROM_CENTRAL -> 1;
          case BITS_PER_BYTE -> -1;
          default -> 0;
        };
    boolean headline = measure == Measure.RETRIEVAL_TO_CENTRAL || measure == Measure.BITS_PER_BYTE;
    return new Metric(name, measure.meaning(), direction, Double.NaN, headline);
  }

  private static Verdict verdict(Metric metric, Interval d) {
    if (d.value() == 0 && d.low() == 0 && d.high() == 0) {
      return Verdict.SAME;
    }
    if (!d.excludesZero()) {
      return Verdict.NONE;
    }
    double sign = metric.direction() * d.value();
    return sign > 0 ? Verdict.BETTER : sign < 0 ? Verdict.WORSE : Verdict.CHANGED;
  }
}
