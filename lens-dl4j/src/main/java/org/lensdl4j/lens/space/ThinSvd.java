package org.lensdl4j.lens.space;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Singular value decomposition of a matrix with few columns: Householder QR, then one-sided Jacobi
 * on the small triangle, O(d L^2) in all. Jacobi finds small singular values to full relative
 * precision, and the product of reflections keeps the left vectors orthonormal to rounding.
 *
 * @param left left singular vectors, {@code [L][d]}, one in each row; rows of singular value 0 are
 *     meaningless
 * @param values singular values, falling
 */
public record ThinSvd(double[][] left, double[] values) {
  private static final int MAX_SWEEPS = 60;

  /**
   * Decomposes a matrix.
   *
   * @param columns the matrix by columns, {@code [L][d]}; unchanged
   */
  public static ThinSvd of(double[][] columns) {
    int count = columns.length;
    int size = columns[0].length;
    // With fewer rows than columns, rows of zeros change nothing and keep the triangle square.
    int rows = Math.max(size, count);
    double[][] a = new double[count][];
    for (int j = 0; j < count; j++) {
      a[j] = Arrays.copyOf(columns[j], rows);
    }
    double[][] reflectors = triangularise(a);
    double[][] r = new double[count][];
    for (int j = 0; j < count; j++) {
      r[j] = Arrays.copyOf(a[j], count);
    }
    orthogonalise(r);
    double[] norms = Arrays.stream(r).mapToDouble(c -> Math.sqrt(dot(c, c, 0))).toArray();
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -norms[j]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] left = new double[count][];
    double[] values = new double[count];
    for (int j = 0; j < count; j++) {
      double[] u = Arrays.copyOf(r[order[j]], rows);
      values[j] = norms[order[j]];
      scale(u, values[j] == 0 ? 0 : 1 / values[j]);
      for (int k = count - 1; k >= 0; k--) {
        reflect(reflectors[k], u, k);
      }
      left[j] = Arrays.copyOf(u, size);
    }
    return new ThinSvd(left, values);
  }

  /** Householder QR in place; returns the unit vectors of the reflections. */
  private static double[][] triangularise(double[][] a) {
    double[][] reflectors = new double[a.length][];
    for (int k = 0; k < a.length; k++) {
      double[] v = new double[a[k].length];
      System.arraycopy(a[k], k, v, k, v.length - k);
      double norm = Math.sqrt(dot(v, v, k));
      if (norm > 0) {
        v[k] += v[k] >= 0 ? norm : -norm;
        scale(v, 1 / Math.sqrt(dot(v, v, k)));
      }
      reflectors[k] = v;
      for (int j = k; j < a.length; j++) {
        reflect(v, a[j], k);
      }
    }
    return reflectors;
  }

  private static void reflect(double[] v, double[] x, int from) {
    double twice = 2 * dot(v, x, from);
    for (int i = from; i < x.length; i++) {
      x[i] -= twice * v[i];
    }
  }

  /** Rotates pairs of columns until all are orthogonal. */
  private static void orthogonalise(double[][] c) {
    boolean rotated = true;
    for (int sweep = 0; rotated && sweep < MAX_SWEEPS; sweep++) {
      rotated = false;
      for (int p = 0; p < c.length; p++) {
        for (int q = p + 1; q < c.length; q++) {
          rotated |= rotate(c[p], c[q]);
        }
      }
    }
  }

  private static boolean rotate(double[] p, double[] q) {
    double alpha = dot(p, p, 0);
    double beta = dot(q, q, 0);
    double gamma = dot(p, q, 0);
    if (gamma == 0 || Math.abs(gamma) <= 1e-16 * Math.sqrt(alpha * beta)) {
      return false;
    }
    double zeta = (beta - alpha) / (2 * gamma);
    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double cos = 1 / Math.sqrt(1 + t * t);
    double sin = cos * t;
    for (int i = 0; i < p.length; i++) {
      double x = p[i];
      p[i] = cos * x - sin * q[i];
      q[i] = sin * x + cos * q[i];
    }
    return true;
  }

  static double dot(double[] a, double[] b, int from) {
    double sum = 0;
    for (int i = from; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void scale(double[] x, double by) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= by;
    }
  }
}
