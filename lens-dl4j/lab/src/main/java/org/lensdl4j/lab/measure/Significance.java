package org.lensdl4j.lab.measure;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Tests of differences, their correction for many, and how many items would have been enough. */
public final class Significance {
  /** Both for a two-sided test at 5 % with a power of 80 %. */
  private static final double POWERED = 1.959964 + 0.841621;

  private Significance() {}

  /**
   * McNemar's exact test: the two-sided probability of so uneven a split if each changed item was
   * as likely to change in either way.
   *
   * @param gained items wrong before and right after
   * @param lost items right before and wrong after
   */
  public static double mcNemar(int gained, int lost) {
    int n = gained + lost;
    // Summed by hand: commons-math3 takes 1 minus a beta function, which leaves nothing of a small
    // p.
    int less = Math.min(gained, lost);
    double logHalf = n * Math.log(0.5);
    double logChoose = 0;
    double tail = 0;
    for (int k = 0; k <= less; k++) {
      tail += Math.exp(logChoose + logHalf);
      logChoose += Math.log(n - k) - Math.log(k + 1);
    }
    return Math.min(1, 2 * tail);
  }

  /**
   * Holm's correction: with it, the chance that any of the tests finds a difference where there is
   * none stays below the level asked for.
   *
   * @param p of all tests
   * @return adjusted, in the same order
   */
  public static double[] holm(double... p) {
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] out = new double[p.length];
    double highest = 0;
    for (int k = 0; k < p.length; k++) {
      highest = Math.max(highest, Math.min(1, (p.length - k) * p[order[k]]));
      out[order[k]] = highest;
    }
    return out;
  }

  /**
   * Items at which a difference of this size would be found four times out of five.
   *
   * @param difference mean over items
   * @param deviation standard deviation of the items' differences
   */
  public static long itemsNeeded(double difference, double deviation) {
    double ratio = POWERED * deviation / difference;
    return difference == 0 || deviation == 0 ? 0 : Math.max(2, (long) Math.ceil(ratio * ratio));
  }

  /** The smallest difference that this number of items would show four times out of five. */
  public static double smallestShown(double deviation, int items) {
    return POWERED * deviation / Math.sqrt(items);
  }

  /** Standard deviation with n - 1; NaN for fewer than two values. */
  public static double deviation(double[] x) {
    double mean = Bootstrap.sum(x) / x.length;
    double sum = 0;
    for (double v : x) {
      sum += (v - mean) * (v - mean);
    }
    return x.length < 2 ? Double.NaN : Math.sqrt(sum / (x.length - 1));
  }
}
