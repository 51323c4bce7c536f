package org.lensdl4j.lab.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lensdl4j.model.base.LensException;

/**
 * One figure of one column.
 *
 * @param task name
 * @param metric what
 * @param language of the items, or {@link #POOLED}
 * @param column whose
 * @param items number of items
 * @param value with its 95 % interval
 * @param standardError of a mean, as lm-evaluation-harness has it: s / sqrt(n) with n - 1; NaN for
 *     other figures
 * @param change against the first column; null for the first column itself
 */
public record Figure(
    String task,
    Metric metric,
    String language,
    String column,
    int items,
    Interval value,
    double standardError,
    Change change) {
  /** The task that measures of hidden states and bits per byte are figures of. */
  public static final String STATES = "states";

  /** Mean over the languages but the central one, each counting the same. */
  public static final String POOLED = "others";

  /**
   * A difference to the first column.
   *
   * @param difference with its 95 % interval
   * @param gained items wrong before and right after; -1 where there is no right and wrong
   * @param lost items right before and wrong after; -1 likewise
   * @param p McNemar's exact test for choices, the bootstrap's otherwise
   * @param adjusted p after Holm's correction over all headline figures of this column; p itself
   *     for others
   * @param verdict in one word
   * @param shown the smallest difference that this number of items would show four times out of
   *     five
   * @param needed items that would show the difference found; 0 if there is none
   */
  public record Change(
      Interval difference,
      int gained,
      int lost,
      double p,
      double adjusted,
      Verdict verdict,
      double shown,
      long needed) {
    /** The same after a correction for many tests. */
    public Change adjusted(double holm, Verdict now) {
      return new Change(difference, gained, lost, p, holm, now, shown, needed);
    }
  }

  /**
   * The name in sentences and pictures: a measure's own, of answers with their task, or a task with
   * its score.
   */
  public String plain() {
    return Measure.named(metric.measure())
        .map(m -> m.isOfAnswers() || m.isOfChoices() ? m.plain() + ", " + task : m.plain())
        .orElseGet(() -> task + " " + metric.measure());
  }

  /** The same with another judgement. */
  public Figure with(Change now) {
    return new Figure(task, metric, language, column, items, value, standardError, now);
  }

  /** As {@code summary.json} of an evaluation has it. */
  public ObjectNode toJson() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("task", task).put("metric", metric.name()).put("language", language);
    node.put("column", column).put("items", items);
    node.put("value", value.value()).put("low", value.low()).put("high", value.high());
    if (!Double.isNaN(standardError)) {
      node.put("stderr", standardError);
    }
    if (change != null) {
      Interval d = change.difference();
      node.put("difference", d.value());
      node.put("difference_low", d.low()).put("difference_high", d.high());
      node.put("p", change.p()).put("p_holm", change.adjusted());
      node.put("verdict", change.verdict().id());
      node.put("smallest_shown", change.shown()).put("items_needed", change.needed());
      if (change.gained() >= 0) {
        node.put("gained", change.gained()).put("lost", change.lost());
      }
    }
    return node;
  }

  /**
   * Reads what {@link #toJson} wrote; numbers that are missing are none.
   *
   * @param metric what the head of the items says of it
   * @throws LensException if the verdict is unknown
   */
  public static Figure fromJson(JsonNode f, Metric metric) {
    Change change = null;
    if (f.has("difference")) {
      change =
          new Change(
              new Interval(
                  number(f, "difference"),
                  number(f, "difference_low"),
                  number(f, "difference_high")),
              f.path("gained").asInt(-1),
              f.path("lost").asInt(-1),
              f.path("p").asDouble(1),
              f.path("p_holm").asDouble(1),
              verdict(f, metric),
              f.path("smallest_shown").asDouble(Double.NaN),
              f.path("items_needed").asLong());
    }
    return new Figure(
        f.path("task").asText(),
        metric,
        f.path("language").asText(),
        f.path("column").asText(),
        f.path("items").asInt(),
        new Interval(number(f, "value"), number(f, "low"), number(f, "high")),
        f.path("stderr").asDouble(Double.NaN),
        change);
  }

  private static double number(JsonNode f, String name) {
    return f.path(name).isNumber() ? f.path(name).asDouble() : Double.NaN;
  }

  private static Verdict verdict(JsonNode f, Metric metric) {
    Verdict written = Verdict.named(f.path("verdict").asText());
    // An older version did not know which way of some figures is good.
    return written == Verdict.CHANGED
        ? Verdict.of(metric.better(), number(f, "difference"))
        : written;
  }
}
