package org.lensdl4j.lab.measure;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
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
          String.format(
              Locale.ROOT,
              "bootstrap: found %d, %d and %d items, expected as many, at least 1",
              n,
              after.length,
              weights.length));
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
    return interval((sum(after) - sum(before)) / sum(weights), drawn);
  }

  /**
   * A figure with the 2.5th and 97.5th percentile of its drawn values, between two of them by
   * linear interpolation. Where one is not a number there is no interval.
   *
   * @param drawn unchanged
   */
  public static Interval interval(double value, double[] drawn) {
    if (Arrays.stream(drawn).anyMatch(Double::isNaN)) {
      return new Interval(value, Double.NaN, Double.NaN);
    }
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(drawn);
    return new Interval(value, percentile.evaluate(2.5), percentile.evaluate(97.5));
  }

  /** Draws as many items as there are, with replacement: how often each one was drawn. */
  public static void draw(SplittableRandom random, int[] counts) {
    Arrays.fill(counts, 0);
    for (int k = 0; k < counts.length; k++) {
      counts[random.nextInt(counts.length)]++;
    }
  }

  static double sum(double[] x) {
    return Arrays.stream(x).sum();
  }
}
