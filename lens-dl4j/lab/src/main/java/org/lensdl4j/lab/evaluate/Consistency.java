package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;

/**
 * Whether a model answers the same question alike in two languages (the knowledge barrier of Chua
 * et al. 2024): of every choice task whose items are parallel, each language against the central
 * one. Right in both says what it can use in both; agreement counts wrong answers too, and says
 * nothing of whether they are right.
 */
final class Consistency {
  private static final String CHOICE = "choice";
  private static final String ACCURACY = "acc";

  private Consistency() {}

  /** The results, and behind them those of pairs of languages. */
  static List<TaskResult> with(List<TaskResult> results, String central) {
    Map<String, TaskResult> pivots = new HashMap<>();
    for (TaskResult result : results) {
      if (result.language().equals(central) && isChoice(result)) {
        pivots.put(result.task(), result);
      }
    }
    List<TaskResult> out = new ArrayList<>(results);
    for (TaskResult result : results) {
      TaskResult pivot = pivots.get(result.task());
      if (pivot != null && pivot != result && isChoice(result)) {
        pair(pivot, result, out);
      }
    }
    return out;
  }

  private static boolean isChoice(TaskResult result) {
    return !result.rows().isEmpty()
        && result.rows().stream()
            .allMatch(
                r ->
                    r.columns().values().stream()
                        .allMatch(s -> s.shown().has(CHOICE) && s.metrics().containsKey(ACCURACY)));
  }

  private static void pair(TaskResult pivot, TaskResult other, List<TaskResult> out) {
    Map<String, ItemRow> central = new HashMap<>();
    pivot.rows().forEach(row -> central.put(row.key(), row));
    List<ItemRow> rows = new ArrayList<>();
    for (ItemRow row : other.rows()) {
      ItemRow same = central.get(row.key());
      if (same != null) {
        rows.add(both(same, row));
      }
    }
    if (!rows.isEmpty()) {
      double chance =
          other.metrics().stream()
              .filter(m -> m.name().equals(ACCURACY))
              .mapToDouble(Metric::chance)
              .findFirst()
              .orElse(Double.NaN);
      out.add(
          new TaskResult(
              other.task() + "-consistency",
              String.format(
                  Locale.ROOT,
                  "%s, each item in its language and in %s",
                  other.task(),
                  pivot.language()),
              other.language(),
              other.identity(),
              List.of(
                  metric(Measure.BOTH_RIGHT, chance * chance), metric(Measure.AGREEMENT, chance)),
              rows));
    }
  }

  private static Metric metric(Measure measure, double chance) {
    return new Metric(
        measure.evaluationId(), 0, measure.about(), measure.better(), chance, measure.isHeadline());
  }

  private static ItemRow both(ItemRow central, ItemRow other) {
    ItemRow out = ItemRow.of(other.key());
    other
        .columns()
        .forEach(
            (column, scores) -> {
              ItemRow.Scores pivot = central.columns().get(column);
              boolean right =
                  pivot.metrics().get(ACCURACY) == 1 && scores.metrics().get(ACCURACY) == 1;
              boolean same = pivot.shown().get(CHOICE).equals(scores.shown().get(CHOICE));
              Map<String, Double> to = out.column(column).metrics();
              to.put(Measure.BOTH_RIGHT.evaluationId(), right ? 1.0 : 0.0);
              to.put(Measure.AGREEMENT.evaluationId(), same ? 1.0 : 0.0);
            });
    return out;
  }
}
