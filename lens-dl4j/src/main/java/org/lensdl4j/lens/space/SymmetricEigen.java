package org.lensdl4j.lens.space;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by LAPACK's dsyev. Close it after use.
 *
 * @param values {@code [n]}, rising
 * @param vectors {@code [n, n]}, one in each column
 */
record SymmetricEigen(INDArray values, INDArray vectors) implements AutoCloseable {
  /**
   * @param matrix {@code [n, n]}, DOUBLE, symmetric; unchanged
   */
  static SymmetricEigen of(INDArray matrix) {
    long n = matrix.rows();
    INDArray values = Nd4j.create(DataType.DOUBLE, n);
    INDArray vectors = Nd4j.create(DataType.DOUBLE, new long[] {n, n}, 'f').assign(matrix);
    if (n == 1) {
      values.putScalar(0, matrix.getDouble(0, 0));
      vectors.putScalar(0, 0, 1.0);
    } else {
      Nd4j.getBlasWrapper().syev('V', 'L', vectors, values);
    }
    return new SymmetricEigen(values, vectors);
  }

  @Override
  public void close() {
    values.close();
    vectors.close();
  }
}
