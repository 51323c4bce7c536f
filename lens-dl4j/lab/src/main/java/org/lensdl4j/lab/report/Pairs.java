package org.lensdl4j.lab.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.evaluate.Figures;
import org.lensdl4j.lab.evaluate.ItemRow;
import org.lensdl4j.lab.evaluate.TaskResult;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.model.base.LensException;

/** Columns of an evaluation against each other, taken again from its items. */
final class Pairs {
  /** Pairs at most; each is a bootstrap over all items. */
  static final int MOST = 15;

  private static final long SEED = 42;

  /**
   * One column against another.
   *
   * @param from what is compared with
   * @param to whose figures they are
   * @param figures that count for the verdict, with Holm's correction within the pair
   */
  record Pair(String from, String to, List<Figure> figures) {}

  private Pairs() {}

  /** All pairs of columns but the first; empty if there is nothing to compare. */
  static List<Pair> of(EvaluationData evaluation) {
    List<Pair> out = new ArrayList<>();
    if (evaluation.others().size() < 2 || evaluation.items().isEmpty()) {
      return out;
    }
    List<TaskResult> results = new ArrayList<>();
    for (Path file : evaluation.items()) {
      TaskResult all = TaskResult.read(file);
      requireColumns(all, evaluation.columns(), file);
      List<Metric> counting = all.metrics().stream().filter(Metric::headline).toList();
      results.add(
          new TaskResult(
              all.task(), all.about(), all.language(), all.identity(), counting, all.rows()));
    }
    List<String> others = evaluation.others();
    for (int a = 0; a < others.size(); a++) {
      for (int b = a + 1; b < others.size() && out.size() < MOST; b++) {
        List<String> two = List.of(others.get(a), others.get(b));
        List<Figure> figures =
            Figures.of(results, two, evaluation.central(), SEED).stream()
                .filter(f -> f.change() != null)
                .toList();
        out.add(new Pair(two.get(0), two.get(1), figures));
      }
    }
    return out;
  }

  private static void requireColumns(TaskResult result, List<String> columns, Path file) {
    for (ItemRow row : result.rows()) {
      for (String column : columns) {
        ItemRow.Scores scores = row.columns().get(column);
        for (Metric metric : result.metrics()) {
          if (scores == null || !scores.metrics().containsKey(metric.name())) {
            throw new LensException(
                String.format(
                    Locale.ROOT,
                    "%s: item %s has no %s of column %s",
                    file,
                    Format.cut(row.key(), 40),
                    metric.name(),
                    column));
          }
        }
      }
    }
  }
}
