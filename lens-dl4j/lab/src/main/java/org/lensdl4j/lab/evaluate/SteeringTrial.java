package org.lensdl4j.lab.evaluate;

import java.util.Map;
import org.lensdl4j.lens.steer.Steering;

/**
 * What answers are like under one steering.
 *
 * @param name its setting, or {@code untouched}
 * @param steering null for the model as it is
 * @param cross by language, the share of English requests for it that are answered in it
 * @param mono by language, the share of questions in it that are answered in it
 * @param english share of questions in the central language that are answered in it
 * @param repetition mean share of repeated 3-grams of all answers in other languages
 * @param tokens mean length of these
 */
public record SteeringTrial(
    String name,
    Steering steering,
    Map<String, Double> cross,
    Map<String, Double> mono,
    double english,
    double repetition,
    double tokens) {
  /** What repetition may grow by. */
  static final double REPETITION = 0.03;

  /** Shares are sums of items' parts: equal ones may differ in the last bits. */
  private static final double SAME = 1e-9;

  /** Mean share over languages of requests that are answered in the right one. */
  public double crossMean() {
    return mean(cross);
  }

  /** Mean share over languages of questions that are answered in their own. */
  public double monoMean() {
    return mean(mono);
  }

  private static double mean(Map<String, Double> shares) {
    return shares.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** What is chosen by: both kinds of requests alike. */
  double right() {
    return (crossMean() + monoMean()) / 2;
  }

  /**
   * Why this is not to be taken; empty if it passes: more answers in the right language than
   * untouched, repetition at most {@value #REPETITION} above, the central language kept.
   */
  public String objection(SteeringTrial untouched) {
    if (right() <= untouched.right() + SAME) {
      return "not more in the right language";
    }
    if (repetition > untouched.repetition + REPETITION + SAME) {
      return "repeats itself";
    }
    if (english < untouched.english - SAME) {
      return "central language lost";
    }
    return "";
  }
}
