package org.lensdl4j.lab.experiment;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi rotations.
 *
 * @param values falling
 * @param vectors one in each row, in the order of the values
 */
record SymmetricEigen(double[] values, double[][] vectors) {
  private static final int MAX_SWEEPS = 60;

  static SymmetricEigen of(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][];
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      boolean rotated = false;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotated |= rotate(a, v, p, q);
        }
      }
      if (!rotated) {
        break;
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -a[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[n];
    double[][] vectors = new double[n][];
    for (int k = 0; k < n; k++) {
      values[k] = a[order[k]][order[k]];
      vectors[k] = v[order[k]];
    }
    return new SymmetricEigen(values, vectors);
  }

  private static boolean rotate(double[][] a, double[][] v, int p, int q) {
    double off = a[p][q];
    if (off == 0 || Math.abs(off) <= 1e-17 * (Math.abs(a[p][p]) + Math.abs(a[q][q]))) {
      return false;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * off);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(1, theta));
    double cos = 1 / Math.sqrt(1 + t * t);
    double sin = cos * t;
    for (int k = 0; k < a.length; k++) {
      double x = a[k][p];
      a[k][p] = cos * x - sin * a[k][q];
      a[k][q] = sin * x + cos * a[k][q];
    }
    mix(a[p], a[q], cos, sin);
    mix(v[p], v[q], cos, sin);
    return true;
  }

  private static void mix(double[] x, double[] y, double cos, double sin) {
    for (int k = 0; k < x.length; k++) {
      double was = x[k];
      x[k] = cos * was - sin * y[k];
      y[k] = sin * was + cos * y[k];
    }
  }
}
