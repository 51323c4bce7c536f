package org.lensdl4j.lab.measure;

import java.util.Arrays;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/** What a difference means. */
public enum Verdict {
  BETTER,
  WORSE,
  /** Changed beyond chance, with no good or bad way. */
  CHANGED,
  /** No difference that this number of items can show. */
  NONE,
  /** Every item has the same score. */
  SAME;

  /** Of a difference that is more than chance; of 0, none. */
  public static Verdict of(Better better, double difference) {
    double good = better.sign() * difference;
    return difference == 0 ? NONE : good > 0 ? BETTER : good < 0 ? WORSE : CHANGED;
  }

  /** Of a difference whose 95 % interval is its only test. */
  public static Verdict of(Better better, Interval difference) {
    if (difference.value() == 0 && difference.low() == 0 && difference.high() == 0) {
      return SAME;
    }
    return difference.excludesZero() ? of(better, difference.value()) : NONE;
  }

  /**
   * Reads {@link #id}.
   *
   * @throws LensException if it is none
   */
  public static Verdict named(String id) {
    return Arrays.stream(values())
        .filter(v -> v.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    String.format(
                        Locale.ROOT,
                        "verdict: found %.40s, expected better, worse, changed, none or same",
                        id)));
  }

  /** In lower case, as files have it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
