package org.lensdl4j.lab.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.model.base.LensException;

/**
 * The figures of an evaluation.
 *
 * @param columns in order; the others are compared with the first
 * @param central the language that is left out of pooled figures
 * @param figures all of them, by task, metric, language and column
 * @param directions per language the tokens that its direction makes likeliest; empty if there is
 *     no space or states were not measured
 * @param examples of answers that are not in the question's language, a few of each column
 * @param leftOut what was asked for and could not be measured, and why
 */
public record EvaluationResult(
    List<String> columns,
    String central,
    List<Figure> figures,
    Map<String, List<String>> directions,
    List<String> examples,
    List<String> leftOut) {
  public EvaluationResult {
    columns = List.copyOf(columns);
    figures = List.copyOf(figures);
    directions = Collections.unmodifiableMap(new LinkedHashMap<>(directions));
    examples = List.copyOf(examples);
    leftOut = List.copyOf(leftOut);
  }

  /** One figure. */
  public Figure get(String task, String metric, String language, String column) {
    return figures.stream()
        .filter(
            f ->
                f.task().equals(task)
                    && f.metric().name().equals(metric)
                    && f.language().equals(language)
                    && f.column().equals(column))
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    String.format(
                        Locale.ROOT,
                        "%s of %s in %s was not measured for %s",
                        metric,
                        task,
                        language,
                        column)));
  }

  /** The headline figures as tables, and what they mean in words. */
  public String stats() {
    return new Summary(this).text(false);
  }

  /** All figures as tables, and what they mean in words. */
  public String details() {
    return new Summary(this).text(true);
  }

  /** All figures as JSON, for reports. */
  public String toJson() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    columns.forEach(root.putArray("columns")::add);
    root.put("central", central);
    figures.forEach(f -> root.withArray("figures").add(f.toJson()));
    ObjectNode top = root.putObject("directions");
    directions.forEach((language, tokens) -> tokens.forEach(top.putArray(language)::add));
    examples.forEach(root.putArray("examples")::add);
    leftOut.forEach(root.putArray("left_out")::add);
    return root.toPrettyString();
  }
}
