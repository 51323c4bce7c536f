package org.lensdl4j.lab.experiment;

import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * The directions in which rows vary most, by subspace iteration on their covariance, which is never
 * built: O(rows x width) a step.
 *
 * @param mean of the rows, {@code [d]}
 * @param components orthonormal rows {@code [count][d]}; the largest entry of each is positive
 * @param variances along each component, with division by the number of rows; falling
 * @param total variance over all directions
 */
record Pca(double[] mean, double[][] components, double[] variances, double total) {
  private static final int MORE = 6;
  private static final int MAX_STEPS = 2000;
  private static final double CONVERGED = 1e-12;

  /**
   * Fits the rows.
   *
   * @param rows {@code [n][d]}, unchanged
   * @param count components; those beyond the rows' rank have variance 0
   */
  static Pca of(double[][] rows, int count) {
    int d = rows[0].length;
    double[] mean = new double[d];
    for (double[] row : rows) {
      add(mean, row, 1.0 / rows.length);
    }
    double[][] x = new double[rows.length][];
    double total = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = rows[i].clone();
      add(x[i], mean, -1);
      total += dot(x[i], x[i]) / rows.length;
    }
    int wanted = Math.min(count, d);
    double[][] basis = orthonormal(new double[Math.min(wanted + MORE, d)][d]);
    for (int step = 0; ; step++) {
      double[][] image = covarianceTimes(x, basis);
      // Of a symmetric matrix values come falling, vectors with them.
      EigenDecomposition ritz =
          new EigenDecomposition(new Array2DRowRealMatrix(products(basis, image), false));
      double[] values = ritz.getRealEigenvalues();
      double[][] vectors = ritz.getVT().getData();
      basis = times(vectors, basis);
      image = times(vectors, image);
      if (step == MAX_STEPS || converged(basis, image, values, wanted)) {
        return result(mean, basis, values, count, total);
      }
      basis = orthonormal(image);
    }
  }

  private static Pca result(
      double[] mean, double[][] basis, double[] values, int count, double total) {
    double[][] components = new double[count][mean.length];
    double[] variances = new double[count];
    for (int k = 0; k < Math.min(count, basis.length); k++) {
      int largest = 0;
      for (int i = 1; i < mean.length; i++) {
        largest = Math.abs(basis[k][i]) > Math.abs(basis[k][largest]) ? i : largest;
      }
      add(components[k], basis[k], basis[k][largest] < 0 ? -1 : 1);
      variances[k] = Math.max(0, values[k]);
    }
    return new Pca(mean, components, variances, total);
  }

  private static boolean converged(
      double[][] basis, double[][] image, double[] values, int wanted) {
    for (int k = 0; k < wanted; k++) {
      double[] rest = image[k].clone();
      add(rest, basis[k], -values[k]);
      if (Math.sqrt(dot(rest, rest)) > CONVERGED * Math.abs(values[0])) {
        return false;
      }
    }
    return true;
  }

  private static double[][] covarianceTimes(double[][] x, double[][] basis) {
    double[][] out = new double[basis.length][basis[0].length];
    for (double[] row : x) {
      for (int k = 0; k < out.length; k++) {
        add(out[k], row, dot(row, basis[k]) / x.length);
      }
    }
    return out;
  }

  private static double[][] products(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j <= i; j++) {
        out[i][j] = (dot(a[i], b[j]) + dot(a[j], b[i])) / 2;
        out[j][i] = out[i][j];
      }
    }
    return out;
  }

  private static double[][] times(double[][] m, double[][] rows) {
    double[][] out = new double[m.length][rows[0].length];
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        add(out[i], rows[j], m[i][j]);
      }
    }
    return out;
  }

  /** Gram-Schmidt, twice; what has no direction of its own gets a random one. */
  private static double[][] orthonormal(double[][] rows) {
    SplittableRandom random = new SplittableRandom(1);
    double[][] out = new double[rows.length][];
    for (int k = 0; k < rows.length; k++) {
      out[k] = rows[k].clone();
      while (!orthogonalise(out, k)) {
        for (int i = 0; i < out[k].length; i++) {
          out[k][i] = random.nextDouble() - 0.5;
        }
      }
    }
    return out;
  }

  private static boolean orthogonalise(double[][] rows, int k) {
    double before = Math.sqrt(dot(rows[k], rows[k]));
    for (int pass = 0; pass < 2; pass++) {
      for (int j = 0; j < k; j++) {
        add(rows[k], rows[j], -dot(rows[k], rows[j]));
      }
    }
    double norm = Math.sqrt(dot(rows[k], rows[k]));
    if (!(norm > 1e-13 * before)) {
      return false;
    }
    for (int i = 0; i < rows[k].length; i++) {
      rows[k][i] /= norm;
    }
    return true;
  }

  /** Where a row lies along the components. */
  double[] project(double[] row) {
    double[] centred = row.clone();
    add(centred, mean, -1);
    double[] out = new double[components.length];
    for (int k = 0; k < out.length; k++) {
      out[k] = dot(centred, components[k]);
    }
    return out;
  }

  /** A component's share of the variance; 0 if there is none. */
  double share(int component) {
    return total > 0 ? variances[component] / total : 0;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] sum, double[] x, double times) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += times * x[i];
    }
  }
}
