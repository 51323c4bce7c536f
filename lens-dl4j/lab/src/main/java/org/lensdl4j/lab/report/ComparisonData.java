package org.lensdl4j.lab.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.JsonFiles;

/** The quickstart's {@code comparison.json}, read as an evaluation of one run. */
final class ComparisonData {
  private ComparisonData() {}

  static EvaluationData read(Path file) {
    Comparison comparison;
    try {
      comparison = Comparison.fromJson(JsonFiles.read(file));
    } catch (LensException e) {
      throw new LensException(file + ": " + e.getMessage(), e);
    }
    return new EvaluationData(
        Folders.name(file.toAbsolutePath().getParent()),
        List.of("before", "run"),
        comparison.central(),
        comparison.figures("before", "run"),
        Map.of(Figure.STATES, "hidden states of parallel texts"),
        List.of(),
        Map.of(),
        List.of("tasks: only hidden states and bits per byte were measured"),
        Map.of(),
        List.of(
            "This evaluation has no tests, only intervals: a change is called one if its 95 % interval"
                + " leaves 0 out."));
  }
}
