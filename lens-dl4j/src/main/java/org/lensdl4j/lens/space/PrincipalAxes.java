package org.lensdl4j.lens.space;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The axes along which centred states vary, in double. Close it after use.
 *
 * @param rows the states, {@code [N, d]}
 * @param vectors {@code [d, k]}, orthonormal columns
 * @param variances {@code [k]}, of the states along them
 */
record PrincipalAxes(INDArray rows, INDArray vectors, double[] variances) implements AutoCloseable {
  /** Variances below this part of the largest are rounding. */
  private static final double RESOLUTION = 1e-12;

  /** By the covariance or, where there are fewer states than dimensions, the Gram matrix. */
  static PrincipalAxes of(double[][] states) {
    INDArray rows = Nd4j.createFromArray(states);
    long n = rows.rows();
    boolean tall = n >= rows.columns();
    try (INDArray products = Nd4j.gemm(rows, rows, tall, !tall).divi(n);
        SymmetricEigen eigen = SymmetricEigen.of(products)) {
      double[] all = eigen.values().toDoubleVector();
      double least = RESOLUTION * all[all.length - 1];
      int first = 0;
      while (first < all.length - 1 && !(all[first] > least)) {
        first++;
      }
      double[] variances = Arrays.copyOfRange(all, first, all.length);
      INDArrayIndex columns = NDArrayIndex.interval(first, all.length);
      INDArray kept = eigen.vectors().get(NDArrayIndex.all(), columns).dup('c');
      return new PrincipalAxes(rows, tall ? kept : directions(rows, kept, variances), variances);
    }
  }

  /** From weights of states to directions: X^T U / sqrt(n variance). */
  private static INDArray directions(INDArray rows, INDArray weights, double[] variances) {
    double[] lengths = new double[variances.length];
    for (int k = 0; k < lengths.length; k++) {
      lengths[k] = 1 / Math.sqrt(rows.rows() * Math.max(variances[k], Double.MIN_NORMAL));
    }
    try (weights;
        INDArray by = Nd4j.createFromArray(lengths)) {
      return Nd4j.gemm(rows, weights, true, false).muliRowVector(by);
    }
  }

  /**
   * The mean over pairs of languages of X_i^T X_j / n, in these axes.
   *
   * @return {@code [k, k]}, the caller's
   */
  INDArray acrossLanguages(int languages, int texts) {
    try (INDArray along = rows.mmul(vectors);
        INDArray sum = Nd4j.create(DataType.DOUBLE, texts, variances.length)) {
      for (long l = 0; l < languages; l++) {
        sum.addi(along.get(NDArrayIndex.interval(l * texts, (l + 1) * texts), NDArrayIndex.all()));
      }
      INDArray out = Nd4j.gemm(sum, sum, true, false).divi(texts);
      for (int k = 0; k < variances.length; k++) {
        out.putScalar(k, k, out.getDouble(k, k) - languages * variances[k]);
      }
      return out.divi((double) languages * (languages - 1));
    }
  }

  /** The direction with these coordinates, {@code [d]}. */
  double[] combine(double[] weights) {
    try (INDArray column = Nd4j.createFromArray(weights).reshape(weights.length, 1);
        INDArray out = vectors.mmul(column)) {
      return out.reshape(out.length()).toDoubleVector();
    }
  }

  @Override
  public void close() {
    rows.close();
    vectors.close();
  }
}
