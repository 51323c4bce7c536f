package org.lensdl4j.lab.experiment;

import java.util.Arrays;
import org.lensdl4j.lab.measure.Interval;

/** 95 % intervals of drawn values. */
final class Percentiles {
  private Percentiles() {}

  /**
   * The 2.5th and 97.5th percentile.
   *
   * @param drawn unchanged
   */
  static Interval interval(double value, double[] drawn) {
    double[] sorted = drawn.clone();
    Arrays.sort(sorted);
    return new Interval(value, at(sorted, 0.025), at(sorted, 0.975));
  }

  private static double at(double[] sorted, double p) {
    double place = p * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
