package org.lensdl4j.model.generate;

import java.util.Arrays;
import java.util.Random;

/** Draws tokens by their scores. */
final class Sampler {
  private final Sampling sampling;
  private final Random random;
  private float margin = Float.POSITIVE_INFINITY;

  Sampler(Sampling sampling) {
    this.sampling = sampling;
    random = new Random(sampling.seed());
  }

  /**
   * The next token.
   *
   * @throws IllegalStateException if a score is not a number
   */
  int choose(float[] scores) {
    int best = best(scores);
    if (sampling.temperature() == 0 || sampling.topK() == 1) {
      margin = Math.min(margin, scores[best] - second(scores, best));
      return best;
    }
    long[] order = order(scores);
    int n = sampling.topK() > 0 ? Math.min(sampling.topK(), order.length) : order.length;
    double[] cumulative = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp((scores[(int) order[i]] - scores[best]) / sampling.temperature());
      cumulative[i] = sum;
    }
    int kept = atLeast(cumulative, n, sampling.topP() * sum);
    return (int) order[atLeast(cumulative, kept + 1, random.nextDouble() * cumulative[kept])];
  }

  /** The smallest distance so far between the best score, where it was taken, and the second. */
  float margin() {
    return margin;
  }

  private static float second(float[] scores, int best) {
    float second = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < best; i++) {
      second = Math.max(second, scores[i]);
    }
    for (int i = best + 1; i < scores.length; i++) {
      second = Math.max(second, scores[i]);
    }
    return second;
  }

  /** Index of the first of n sums that reaches a value. */
  private static int atLeast(double[] cumulative, int n, double value) {
    int at = Arrays.binarySearch(cumulative, 0, n, value);
    return Math.min(at >= 0 ? at : -at - 1, n - 1);
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new IllegalStateException("the score of token " + i + " is not a number");
      }
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Token ids in the low halves, best score first, among equals the lower id. */
  private static long[] order(float[] scores) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(scores[i] + 0f);
      int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
      keys[i] = (long) ~ascending << 32 | i;
    }
    Arrays.sort(keys);
    for (int i = 0; i < keys.length; i++) {
      keys[i] &= Integer.MAX_VALUE;
    }
    return keys;
  }
}
