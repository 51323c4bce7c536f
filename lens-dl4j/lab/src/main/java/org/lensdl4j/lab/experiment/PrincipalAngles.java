package org.lensdl4j.lab.experiment;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/** Angles between two subspaces given by orthonormal rows. */
final class PrincipalAngles {
  private PrincipalAngles() {}

  /**
   * All principal angles in degrees, rising, as many as the smaller rank. Small ones are taken from
   * sines and large ones from cosines, so that both are exact to about 1e-6 degrees.
   *
   * @param a orthonormal rows {@code [r][d]}
   * @param b orthonormal rows {@code [s][d]}
   */
  static double[] degrees(double[][] a, double[][] b) {
    if (b.length > a.length) {
      return degrees(b, a);
    }
    double[][] products = new double[b.length][a.length];
    double[][] rest = new double[b.length][];
    for (int i = 0; i < b.length; i++) {
      rest[i] = b[i].clone();
      for (int j = 0; j < a.length; j++) {
        products[i][j] = dot(b[i], a[j]);
        for (int k = 0; k < rest[i].length; k++) {
          rest[i][k] -= products[i][j] * a[j][k];
        }
      }
    }
    double[] cosines = singular(products);
    double[] sines = singular(rest);
    double[] out = new double[b.length];
    for (int k = 0; k < out.length; k++) {
      double cosine = cosines[k];
      double sine = sines[out.length - 1 - k];
      out[k] = Math.toDegrees(cosine > sine ? Math.asin(clip(sine)) : Math.acos(clip(cosine)));
    }
    Arrays.sort(out);
    return out;
  }

  /** Singular values of a few rows, falling. */
  private static double[] singular(double[][] rows) {
    double[][] gram = new double[rows.length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        gram[i][j] = dot(rows[i], rows[j]);
      }
    }
    EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(gram, false));
    return Arrays.stream(eigen.getRealEigenvalues()).map(v -> Math.sqrt(Math.max(0, v))).toArray();
  }

  private static double clip(double x) {
    return Math.min(1, Math.max(0, x));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
