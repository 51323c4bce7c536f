package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * Spearman's rank correlation of two matrices without their diagonals, and how often chance alone
 * does as well. Cells of a row or column are not independent, so chance is to rename the rows and
 * columns of one matrix together (Mantel's test).
 *
 * @param rho in [-1, 1]; NaN if one matrix has the same value everywhere
 * @param p share of renamings whose |rho| is as large, the true one included; NaN with rho
 * @param least the smallest p that this number of languages can show
 */
record RankCorrelation(double rho, double p, double least) {
  private static final int MOST = 5040;
  private static final double SLACK = 1e-12;

  /**
   * Correlates.
   *
   * @param x square, of size n of at least 2
   * @param y of the same size
   */
  static RankCorrelation of(double[][] x, double[][] y, long seed) {
    int n = x.length;
    int[] same = IntStream.range(0, n).toArray();
    double rho = rho(x, y, same);
    List<int[]> renamings = renamings(n, seed);
    double least = 1.0 / renamings.size();
    if (Double.isNaN(rho)) {
      return new RankCorrelation(rho, Double.NaN, least);
    }
    long asLarge =
        renamings.stream().filter(r -> Math.abs(rho(x, y, r)) >= Math.abs(rho) - SLACK).count();
    return new RankCorrelation(rho, (double) asLarge / renamings.size(), least);
  }

  private static double rho(double[][] x, double[][] y, int[] names) {
    int n = x.length;
    double[] a = new double[n * (n - 1)];
    double[] b = new double[a.length];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (i != j) {
          a[at] = x[i][j];
          b[at++] = y[names[i]][names[j]];
        }
      }
    }
    return new SpearmansCorrelation().correlation(a, b);
  }

  /**
   * All of them, the true one included; if there are more than {@value #MOST}, that many drawn at
   * random.
   */
  private static List<int[]> renamings(int n, long seed) {
    List<int[]> out = new ArrayList<>();
    long all = 1;
    for (int k = 2; k <= n && all <= MOST; k++) {
      all *= k;
    }
    if (all <= MOST) {
      permute(IntStream.range(0, n).toArray(), 0, out);
      return out;
    }
    SplittableRandom random = new SplittableRandom(seed);
    out.add(IntStream.range(0, n).toArray());
    while (out.size() < MOST) {
      int[] drawn = IntStream.range(0, n).toArray();
      for (int k = n - 1; k > 0; k--) {
        swap(drawn, k, random.nextInt(k + 1));
      }
      out.add(drawn);
    }
    return out;
  }

  private static void permute(int[] names, int from, List<int[]> out) {
    if (from == names.length) {
      out.add(names.clone());
      return;
    }
    for (int k = from; k < names.length; k++) {
      swap(names, from, k);
      permute(names, from + 1, out);
      swap(names, from, k);
    }
  }

  private static void swap(int[] names, int i, int j) {
    int held = names[i];
    names[i] = names[j];
    names[j] = held;
  }
}
