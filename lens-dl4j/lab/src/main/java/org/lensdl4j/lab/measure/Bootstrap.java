package org.lensdl4j.lab.measure;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.lensdl4j.model.base.LensException;

/**
 * Paired bootstrap: items are drawn with replacement, both sides of an item together, and the 2.5th
 * and 97.5th percentile of the difference are taken. The same seed gives the same interval on every
 * machine.
 */
public final class Bootstrap {
  /** Enough that the interval's ends vary by about a hundredth of its width. */
  public static final int SAMPLES = 2000;

  private Bootstrap() {}

  /** The difference of means, after - before, with its 95 % interval. */
  public static Interval difference(double[] before, double[] after, long seed) {
    double[] ones = new double[before.length];
    Arrays.fill(ones, 1);
    return ratioDifference(before, after, ones, seed);
  }

  /**
   * The difference of ratios of sums, sum(after)/sum(weight) - sum(before)/sum(weight): for bits
   * per byte, where long items count more.
   */
  public static Interval ratioDifference(
      double[] before, double[] after, double[] weights, long seed) {
    int n = before.length;
    if (n == 0 || after.length != n || weights.length != n) {
      throw new LensException(
          "bootstrap: found %d, %d and %d items, expected as many, at least 1"
              .formatted(n, after.length, weights.length));
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[SAMPLES];
    for (int s = 0; s < SAMPLES; s++) {
      double difference = 0;
      double weight = 0;
      for (int k = 0; k < n; k++) {
        int i = random.nextInt(n);
        difference += after[i] - before[i];
        weight += weights[i];
      }
      drawn[s] = difference / weight;
    }
    Arrays.sort(drawn);
    double value = (sum(after) - sum(before)) / sum(weights);
    return new Interval(value, percentile(drawn, 0.025), percentile(drawn, 0.975));
  }

  static double percentile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  static double sum(double[] x) {
    return Arrays.stream(x).sum();
  }
}
