package org.lensdl4j.lens.space.health;

import java.util.Arrays;

/** Quantiles of draws. */
final class Quantiles {
  private Quantiles() {}

  /**
   * By linear interpolation.
   *
   * @param sorted rising
   */
  static double of(double[] sorted, double level) {
    double at = level * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  static Spread spread(double[] draws) {
    double[] sorted = draws.clone();
    Arrays.sort(sorted);
    return new Spread(of(sorted, 0.5), of(sorted, 0.025), of(sorted, 0.975));
  }
}
