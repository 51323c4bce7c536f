package org.lensdl4j.lab.experiment;

import java.util.Collection;

/** How much of states lies in a subspace given by orthonormal rows. */
final class Energy {
  private Energy() {}

  /** |P h|^2 / |h|^2 of each state, in [0, 1]; 0 for a state of 0. */
  static double[] of(double[][] basis, float[][] states) {
    double[] out = new double[states.length];
    double[] zero = new double[basis[0].length];
    for (int i = 0; i < out.length; i++) {
      double all = square(states[i], zero);
      out[i] = all == 0 ? 0 : inside(basis, states[i], zero) / all;
    }
    return out;
  }

  /**
   * |P (h - mean)|^2 / variance of each state, whose mean over all states is a share of the
   * variance.
   */
  static double[] of(double[][] basis, float[][] states, double[] mean, double variance) {
    double[] out = new double[states.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = variance == 0 ? 0 : inside(basis, states[i], mean) / variance;
    }
    return out;
  }

  /** The mean state, each language counting the same. */
  static double[] mean(Collection<float[][]> languages) {
    double[] out = new double[languages.iterator().next()[0].length];
    for (float[][] own : languages) {
      for (float[] h : own) {
        for (int k = 0; k < out.length; k++) {
          out[k] += h[k] / (double) own.length / languages.size();
        }
      }
    }
    return out;
  }

  /** The mean of |h - mean|^2, each language counting the same. */
  static double variance(Collection<float[][]> languages, double[] mean) {
    double out = 0;
    for (float[][] own : languages) {
      for (float[] h : own) {
        out += square(h, mean) / own.length / languages.size();
      }
    }
    return out;
  }

  private static double inside(double[][] basis, float[] h, double[] mean) {
    double out = 0;
    for (double[] row : basis) {
      double c = 0;
      for (int k = 0; k < row.length; k++) {
        c += row[k] * (h[k] - mean[k]);
      }
      out += c * c;
    }
    return out;
  }

  private static double square(float[] h, double[] mean) {
    double out = 0;
    for (int k = 0; k < mean.length; k++) {
      out += (h[k] - mean[k]) * (h[k] - mean[k]);
    }
    return out;
  }
}
