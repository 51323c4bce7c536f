package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.evaluate.tasks.EvaluationTasks;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;

/**
 * Tasks whose data come from several sources, each a task of its own: the items of all of them
 * together are one more, which is the one that counts.
 */
final class WholeTasks {
  private WholeTasks() {}

  /** The results, those of the same whole behind one another, and the wholes before their parts. */
  static List<TaskResult> with(List<TaskResult> results) {
    Map<String, Map<String, List<TaskResult>>> parts = new LinkedHashMap<>();
    for (TaskResult result : results) {
      EvaluationTasks.whole(result.task())
          .ifPresent(
              whole ->
                  parts
                      .computeIfAbsent(whole, w -> new LinkedHashMap<>())
                      .computeIfAbsent(result.language(), l -> new ArrayList<>())
                      .add(result));
    }
    List<TaskResult> out = new ArrayList<>();
    for (TaskResult result : results) {
      Optional<String> whole = EvaluationTasks.whole(result.task());
      Map<String, List<TaskResult>> languages = whole.map(parts::remove).orElse(null);
      if (languages != null) {
        languages.forEach((language, of) -> out.add(together(whole.get(), language, of)));
      }
      out.add(result);
    }
    return out;
  }

  private static TaskResult together(String name, String language, List<TaskResult> parts) {
    List<ItemRow> rows = new ArrayList<>();
    for (TaskResult part : parts) {
      // The same key in two sources is not the same item.
      part.rows()
          .forEach(
              r ->
                  rows.add(
                      new ItemRow(
                          part.task() + " " + r.key(), r.shown(), r.columns(), r.weights())));
    }
    TaskResult first = parts.get(0);
    List<Metric> metrics =
        first.metrics().stream()
            .map(m -> Measure.named(m.measure()).map(k -> Metric.of(k, 0)).orElse(m))
            .toList();
    return new TaskResult(
        name,
        first.about().replaceAll(", from [a-z_]+$", ""),
        language,
        first.identity(),
        metrics,
        rows);
  }
}
