package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.evaluate.tasks.EvaluationTasks;
import org.lensdl4j.lab.measure.Measure;

/**
 * A few answers of each column and language that are not, or not wholly, in the language asked for.
 */
final class Examples {
  private static final int EACH = 2;
  private static final int SHOWN = 100;

  /** Requests are of many tasks: the first of them that went wrong, up to so many. */
  private static final int MOST = 10;

  private Examples() {}

  static List<String> of(List<TaskResult> results, List<String> columns) {
    List<String> out = new ArrayList<>();
    for (TaskResult result : results) {
      for (String column : columns) {
        boolean fidelity = result.task().equals(EvaluationTasks.FIDELITY);
        String right = fidelity ? "words" : Measure.RIGHT_LANGUAGE.evaluationId();
        result.rows().stream()
            .filter(row -> row.columns().get(column).metrics().getOrDefault(right, 1.0) < 1)
            .limit(fidelity ? EACH : Math.min(1, Math.max(0, MOST - out.size())))
            .forEach(row -> out.add(example(result.language(), column, row)));
      }
    }
    return out;
  }

  private static String example(String language, String column, ItemRow row) {
    JsonNode shown = row.columns().get(column).shown();
    JsonNode wrong = shown.path("wrong");
    String text = wrong.isEmpty() ? shown.path("answers").path(0).asText() : wrong.get(0).asText();
    text = text.strip().replaceAll("\\s+", " ");
    int end = Math.min(text.length(), SHOWN);
    end -= end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? 1 : 0;
    return String.format(
        Locale.ROOT,
        "%s, %s, question %s, answered in %s: %s",
        language,
        column,
        row.key(),
        shown.path("found").asText().equals("?")
            ? "no language that can be told"
            : shown.path("found").asText(),
        end < text.length() ? text.substring(0, end) + "..." : text);
  }
}
