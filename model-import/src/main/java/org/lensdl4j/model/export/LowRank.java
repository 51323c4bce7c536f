package org.lensdl4j.model.export;

import java.util.Random;
import org.lensdl4j.model.weights.HostArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The product of two narrow matrices that is about as near to a matrix as one of that rank can be:
 * the projection on its leading left singular vectors, found by iterating from random ones.
 *
 * @param b {@code [rows, rank]}, orthonormal columns, zeros where the matrix has fewer
 * @param a {@code [rank, columns]}
 */
record LowRank(INDArray b, INDArray a) implements AutoCloseable {
  private static final int ROUNDS = 4;

  /** Below this share of its length a vector is only what rounding left of it. */
  private static final double NOTHING = 1e-5;

  /**
   * Of a matrix.
   *
   * @param matrix FLOAT, {@code [rows, columns]}; stays the caller's
   */
  static LowRank of(INDArray matrix, int rank, long seed) {
    int rows = Math.toIntExact(matrix.size(0));
    int columns = Math.toIntExact(matrix.size(1));
    int used = Math.min(rank, Math.min(rows, columns));
    double[][] right = random(used, columns, seed);
    double[][] left = new double[0][];
    for (int round = 0; round < ROUNDS; round++) {
      left = orthonormal(product(matrix, right, false));
      if (round < ROUNDS - 1) {
        right = orthonormal(product(matrix, left, true));
      }
    }
    try (INDArray narrow = array(left, used, rows)) {
      INDArray a = zeros(rank, columns);
      try (INDArray found = narrow.mmul(matrix)) {
        copyRows(found, a);
      }
      try (INDArray wide = array(left, rank, rows)) {
        return new LowRank(wide.transpose().dup('c'), a);
      }
    }
  }

  private static double[][] random(int count, int length, long seed) {
    Random random = new Random(seed);
    double[][] out = new double[count][length];
    for (double[] v : out) {
      for (int i = 0; i < length; i++) {
        v[i] = random.nextGaussian();
      }
    }
    return out;
  }

  /** The matrix, or its transpose, times each vector. */
  private static double[][] product(INDArray matrix, double[][] vectors, boolean turned) {
    int length = Math.toIntExact(matrix.size(turned ? 1 : 0));
    double[][] out = new double[vectors.length][length];
    float[] row = new float[length];
    try (INDArray given = array(vectors, vectors.length, vectors[0].length);
        INDArray found = zeros(vectors.length, length)) {
      Nd4j.matmul(given, matrix, found, false, !turned, false);
      for (int v = 0; v < out.length; v++) {
        HostArrays.get(found, (long) v * length, row, 0, length);
        for (int i = 0; i < length; i++) {
          out[v][i] = row[i];
        }
      }
    }
    return out;
  }

  /** Gram and Schmidt's, twice over; what depends on others becomes zero. */
  private static double[][] orthonormal(double[][] vectors) {
    for (int v = 0; v < vectors.length; v++) {
      double before = Math.sqrt(dot(vectors[v], vectors[v]));
      for (int pass = 0; pass < 2; pass++) {
        for (int u = 0; u < v; u++) {
          double along = dot(vectors[u], vectors[v]);
          for (int i = 0; i < vectors[v].length; i++) {
            vectors[v][i] -= along * vectors[u][i];
          }
        }
      }
      double length = Math.sqrt(dot(vectors[v], vectors[v]));
      double scale = length <= NOTHING * before ? 0 : 1 / length;
      for (int i = 0; i < vectors[v].length; i++) {
        vectors[v][i] *= scale;
      }
    }
    return vectors;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /** Vectors as rows, with rows of zeros behind them. */
  private static INDArray array(double[][] vectors, int rows, int columns) {
    INDArray out = zeros(rows, columns);
    float[] row = new float[columns];
    for (int v = 0; v < vectors.length; v++) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) vectors[v][i];
      }
      HostArrays.put(out, (long) v * columns, row, 0, columns);
    }
    return out;
  }

  private static INDArray zeros(int rows, int columns) {
    return Nd4j.createUninitializedDetached(DataType.FLOAT, rows, columns).assign(0);
  }

  private static void copyRows(INDArray from, INDArray to) {
    try (INDArray ordered = from.dup('c')) {
      float[] row = new float[Math.toIntExact(ordered.size(1))];
      for (int r = 0; r < ordered.size(0); r++) {
        HostArrays.get(ordered, (long) r * row.length, row, 0, row.length);
        HostArrays.put(to, (long) r * row.length, row, 0, row.length);
      }
    }
  }

  @Override
  public void close() {
    b.close();
    a.close();
  }
}
