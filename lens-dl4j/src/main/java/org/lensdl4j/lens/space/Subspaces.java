package org.lensdl4j.lens.space;

/**
 * Arithmetic of subspaces given by orthonormal rows {@code [r][d]}. Bases are defined up to
 * rotation and sign only, so subspaces are compared by angle.
 */
public final class Subspaces {
  private Subspaces() {}

  /** The orthogonal projection S S^T h, without building the d x d matrix. */
  public static double[] project(double[][] basis, double[] h) {
    double[] out = new double[h.length];
    for (double[] row : basis) {
      double c = ThinSvd.dot(row, h, 0);
      for (int i = 0; i < h.length; i++) {
        out[i] += c * row[i];
      }
    }
    return out;
  }

  /**
   * Sine of the largest principal angle between two subspaces, which is also the spectral norm of
   * the difference of their projectors; 1 if their ranks differ.
   */
  public static double distance(double[][] a, double[][] b) {
    if (a.length != b.length) {
      return 1;
    }
    double[][] rest = new double[b.length][];
    for (int j = 0; j < b.length; j++) {
      rest[j] = minus(b[j], project(a, b[j]));
    }
    return Math.min(1, ThinSvd.of(rest).values()[0]);
  }

  /**
   * Principal angles between two subspaces of one rank, in radians from 0 to pi / 2, rising; exact
   * to about 1e-8.
   */
  public static double[] angles(double[][] a, double[][] b) {
    double[] cosines = ThinSvd.of(products(a, b)).values();
    double[] out = new double[cosines.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.acos(Math.min(1, cosines[i]));
    }
    return out;
  }

  /**
   * The mean squared cosine of the principal angles: 1 for the same subspace, 0 for orthogonal
   * ones, r / d by chance.
   */
  public static double overlap(double[][] a, double[][] b) {
    double sum = 0;
    for (double[] row : products(a, b)) {
      sum += ThinSvd.dot(row, row, 0);
    }
    return sum / a.length;
  }

  private static double[][] products(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        out[i][j] = ThinSvd.dot(a[i], b[j], 0);
      }
    }
    return out;
  }

  /** Largest deviation of the rows' Gram matrix from the identity. */
  public static double orthonormalityError(double[][] basis) {
    double worst = 0;
    for (int i = 0; i < basis.length; i++) {
      for (int j = 0; j <= i; j++) {
        double error = Math.abs(ThinSvd.dot(basis[i], basis[j], 0) - (i == j ? 1 : 0));
        worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
      }
    }
    return worst;
  }

  static double[] minus(double[] a, double[] b) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = a[i] - b[i];
    }
    return out;
  }

  static double norm(double[] a) {
    return Math.sqrt(ThinSvd.dot(a, a, 0));
  }

  static double[] doubles(float[] h) {
    double[] out = new double[h.length];
    for (int i = 0; i < h.length; i++) {
      out[i] = h[i];
    }
    return out;
  }
}
