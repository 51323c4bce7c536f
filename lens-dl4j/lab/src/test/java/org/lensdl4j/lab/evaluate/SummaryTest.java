package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.Verdict;

class SummaryTest {
  private static EvaluationResult result(int tasks) {
    Metric metric = Metric.share("acc", "right", 0.5);
    Interval none = new Interval(0.01, -0.1, 0.1);
    Figure.Change change = new Figure.Change(none, 1, 0, 0.9, 0.9, Verdict.NONE, 0.2, 400);
    List<Figure> figures = new ArrayList<>();
    for (int t = 0; t < tasks; t++) {
      for (String language : List.of("sw", "zh", Figure.POOLED)) {
        for (String column : List.of("before", "run")) {
          figures.add(
              new Figure(
                  "quiz" + t,
                  metric,
                  language,
                  column,
                  9,
                  new Interval(0.5, 0.4, 0.6),
                  0.1,
                  column.equals("run") ? change : null));
        }
      }
    }
    return new EvaluationResult(
        List.of("before", "run"), "en", figures, Map.of(), List.of(), List.of());
  }

  /** Fifty lines of nothing hid what had changed; the file has them all. */
  @Test
  void figuresWithoutADifferenceDoNotFillTheScreen() {
    assertThat(result(2).stats())
        .contains("quiz1 sw: 9 items show changes")
        .doesNotContain("figures of single languages");
    String many = result(4).stats();
    assertThat(many)
        .contains("quiz3 others: 9 items show changes", "and 8 figures of single languages")
        .doesNotContain("quiz3 sw: 9 items");
    assertThat(result(4).details())
        .contains("quiz3 sw: 9 items show changes", "quiz0 zh: 9 items show changes")
        .doesNotContain("figures of single languages");
  }
}
