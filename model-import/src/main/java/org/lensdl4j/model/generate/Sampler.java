package org.lensdl4j.model.generate;

import java.util.Arrays;
import java.util.Random;

/** Draws tokens by their scores. */
final class Sampler {
  // Tokens less likely than the best by more than exp(10) are seldom drawn.
  private static final double LIKELY = 10;
  private static final double NEGLIGIBLE = -60;

  private final Sampling sampling;
  private final Random random;
  private double drawn;
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
    drawn = random.nextDouble();
    if (sampling.topK() == 0) {
      int token = amongTheLikeliest(scores, best);
      if (token >= 0) {
        return token;
      }
    }
    long[] order = order(scores, Float.NEGATIVE_INFINITY);
    int n = sampling.topK() > 0 ? Math.min(sampling.topK(), order.length) : order.length;
    double[] cumulative = cumulative(scores, best, order, n);
    int kept = atLeast(cumulative, n, sampling.topP() * cumulative[n - 1]);
    return (int) order[atLeast(cumulative, kept + 1, drawn * cumulative[kept])];
  }

  /**
   * The same token without ordering the whole vocabulary, or -1 if it is not among the likeliest:
   * what the others weigh matters, their order does not.
   */
  private int amongTheLikeliest(float[] scores, int best) {
    float least = scores[best] - (float) (LIKELY * sampling.temperature());
    double others = 0;
    for (float score : scores) {
      if (score < least) {
        others += weight(score, scores[best]);
      }
    }
    long[] order = order(scores, least);
    int n = order.length;
    double[] cumulative = cumulative(scores, best, order, n);
    double all = cumulative[n - 1] + others;
    double total = all;
    if (sampling.topP() < 1) {
      if (sampling.topP() * all > cumulative[n - 1]) {
        return -1;
      }
      total = cumulative[atLeast(cumulative, n, sampling.topP() * all)];
    }
    double value = drawn * total;
    return value > cumulative[n - 1] ? -1 : (int) order[atLeast(cumulative, n, value)];
  }

  private double[] cumulative(float[] scores, int best, long[] order, int n) {
    double[] cumulative = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += weight(scores[(int) order[i]], scores[best]);
      cumulative[i] = sum;
    }
    return cumulative;
  }

  private double weight(float score, float best) {
    double x = (score - best) / sampling.temperature();
    // Nothing beside the sum of all, which is 1 or more.
    return x < NEGLIGIBLE ? 0 : Math.exp(x);
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

  /** Tokens with at least a score, best first, among equals the lower id. */
  private static long[] order(float[] scores, float least) {
    int n = 0;
    for (float score : scores) {
      n += score >= least ? 1 : 0;
    }
    long[] keys = new long[n];
    n = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= least) {
        int bits = Float.floatToIntBits(scores[i] + 0f);
        int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        keys[n++] = (long) ~ascending << 32 | i;
      }
    }
    Arrays.sort(keys);
    for (int i = 0; i < n; i++) {
      keys[i] &= Integer.MAX_VALUE;
    }
    return keys;
  }
}
