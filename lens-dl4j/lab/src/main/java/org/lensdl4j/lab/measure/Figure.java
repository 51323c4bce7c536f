package org.lensdl4j.lab.measure;

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

  /** The name in sentences and pictures: a measure's own, or a task with its score. */
  public String plain() {
    return Measure.named(metric.measure())
        .map(Measure::plain)
        .orElseGet(() -> task + " " + metric.measure());
  }

  /** The same with another judgement. */
  public Figure with(Change now) {
    return new Figure(task, metric, language, column, items, value, standardError, now);
  }
}
