package org.lensdl4j.lens.loss;

import java.util.Locale;

/** Variances and covariances of a sample of states, in double. */
final class StateStatistics {
  private final float[][] states;
  private final double[] mean;

  StateStatistics(float[][] states) {
    if (states.length < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %d states, expected at least 2 to take deviations of",
              states.length));
    }
    this.states = states;
    mean = new double[states[0].length];
    for (int i = 0; i < states.length; i++) {
      if (states[i].length != mean.length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "state %d has %d values, expected %d",
                i,
                states[i].length,
                mean.length));
      }
      for (int k = 0; k < mean.length; k++) {
        mean[k] += states[i][k] / (double) states.length;
      }
    }
  }

  double[] deviation() {
    double[] out = new double[mean.length];
    for (float[] state : states) {
      for (int k = 0; k < out.length; k++) {
        double x = state[k] - mean[k];
        out[k] += x * x / states.length;
      }
    }
    for (int k = 0; k < out.length; k++) {
      out[k] = Math.sqrt(out[k]);
    }
    return out;
  }

  /** The inverse of the Cholesky factor of the covariance with a ridge. */
  double[][] whitening(double ridge) {
    if (!(ridge >= 0) || Double.isInfinite(ridge)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "ridge: found %s, expected 0 or a positive number", ridge));
    }
    double[][] c = covariance();
    int d = c.length;
    double variance = 0;
    for (int i = 0; i < d; i++) {
      variance += c[i][i] / d;
    }
    for (int i = 0; i < d; i++) {
      c[i][i] += ridge * variance;
    }
    cholesky(c, 1e-12 * variance);
    return inverse(c);
  }

  /** The lower triangle. */
  private double[][] covariance() {
    int d = mean.length;
    double[][] c = new double[d][d];
    double[] x = new double[d];
    for (float[] state : states) {
      for (int k = 0; k < d; k++) {
        x[k] = state[k] - mean[k];
      }
      for (int i = 0; i < d; i++) {
        double xi = x[i] / states.length;
        double[] row = c[i];
        for (int k = 0; k <= i; k++) {
          row[k] += xi * x[k];
        }
      }
    }
    return c;
  }

  /** Replaces the lower triangle of C by L with L L^T = C. */
  private static void cholesky(double[][] c, double least) {
    for (int i = 0; i < c.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = c[i][j];
        for (int k = 0; k < j; k++) {
          sum -= c[i][k] * c[j][k];
        }
        if (j < i) {
          c[i][j] = sum / c[j][j];
        } else if (sum > least) {
          c[i][i] = Math.sqrt(sum);
        } else {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "the covariance of the states has no full rank (at coordinate %d), expected more states or a positive ridge",
                  i));
        }
      }
    }
  }

  /** The inverse of a lower triangle, row by row: row i is a sum of the rows above it. */
  private static double[][] inverse(double[][] l) {
    int d = l.length;
    double[][] out = new double[d][d];
    for (int i = 0; i < d; i++) {
      double[] row = out[i];
      row[i] = 1;
      for (int k = 0; k < i; k++) {
        double f = l[i][k];
        double[] above = out[k];
        for (int j = 0; j <= k; j++) {
          row[j] -= f * above[j];
        }
      }
      for (int j = 0; j <= i; j++) {
        row[j] /= l[i][i];
      }
    }
    return out;
  }
}
