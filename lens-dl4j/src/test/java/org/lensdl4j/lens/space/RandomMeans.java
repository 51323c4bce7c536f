package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random language means M = mbar 1^T + U diag(s) V^T with a known solution: U is the specific
 * subspace's basis by falling importance. Singular values keep a distance from each other, so that
 * subspaces of any rank are well defined and 1e-12 can be asked for.
 */
record RandomMeans(double[][] means, double[] mbar, double[][] u, double[] singular) {

  static RandomMeans of(Random random) {
    int count = 2 + random.nextInt(8);
    return of(random, count, count + 1 + random.nextInt(40));
  }

  static RandomMeans of(Random random, int count, int size) {
    double[][] u = orthonormal(random, count - 1, size, new double[0][]);
    double[][] ones = new double[1][count];
    java.util.Arrays.fill(ones[0], 1 / Math.sqrt(count));
    double[][] v = orthonormal(random, count - 1, count, ones);
    double[] singular = new double[count - 1];
    double s = 3 + random.nextDouble();
    double[] mbar = gaussian(random, size);
    double[][] means = new double[count][];
    for (int l = 0; l < count; l++) {
      means[l] = mbar.clone();
    }
    for (int k = 0; k < count - 1; k++, s /= 1.3 + random.nextDouble()) {
      singular[k] = s;
      for (int l = 0; l < count; l++) {
        for (int i = 0; i < size; i++) {
          means[l][i] += s * u[k][i] * v[k][l];
        }
      }
    }
    return new RandomMeans(means, mbar, u, singular);
  }

  int count() {
    return means.length;
  }

  List<String> languages() {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      out.add("l" + i);
    }
    return out;
  }

  LayerFit fit(int central, int rank) {
    return LayerFit.of(means, languages(), central, rank, 1);
  }

  static double[] gaussian(Random random, int size) {
    return random.doubles(size).map(x -> random.nextGaussian()).toArray();
  }

  /** Random orthonormal rows, orthogonal to those given. */
  static double[][] orthonormal(Random random, int count, int size, double[][] to) {
    List<double[]> rows = new ArrayList<>(List.of(to));
    while (rows.size() < to.length + count) {
      double[] x = gaussian(random, size);
      for (int twice = 0; twice < 2; twice++) {
        x = Subspaces.minus(x, Subspaces.project(rows.toArray(double[][]::new), x));
      }
      double norm = Subspaces.norm(x);
      for (int i = 0; i < size; i++) {
        x[i] /= norm;
      }
      rows.add(x);
    }
    return rows.subList(to.length, rows.size()).toArray(double[][]::new);
  }
}
