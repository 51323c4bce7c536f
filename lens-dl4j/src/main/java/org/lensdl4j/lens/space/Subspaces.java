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
