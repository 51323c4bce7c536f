package org.lensdl4j.model.trunk;

import java.util.IdentityHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Products with a whole weight matrix, of which each worker of a crew computes some columns. With
 * few rows they are bound by how fast the weights come from memory.
 *
 * <p>BLAS copies one factor into its cache piece by piece. Written column by column, the result
 * makes it copy four rows of weights at a time instead of sixteen: with 16 rows 1.3 to 1.6 times as
 * fast (0.3.31 with AVX-512), which pays for turning the result around.
 */
final class CrewProduct implements AutoCloseable {
  // Columns turned around at a time.
  private static final int BLOCK = 64;

  private final Crew crew;
  private final HostArray product;
  private final Map<INDArray, INDArray[]> parts = new IdentityHashMap<>();
  private final float[][] blocks;
  private final float[][] lines;

  /** Is given a product, some columns at a time, by several threads at once. */
  interface Receiver {
    /**
     * Takes some columns of a row.
     *
     * @param row of the product
     * @param column the first of them
     */
    void take(int row, int column, float[] values, int count);
  }

  /** For products of up to so many rows and columns. */
  CrewProduct(Crew crew, int rows, int columns) {
    this.crew = crew;
    product = new HostArray(rows, columns);
    blocks = new float[crew.size()][BLOCK * rows];
    lines = new float[crew.size()][BLOCK];
  }

  /**
   * Computes {@code in weight^T}.
   *
   * @param in {@code [rows, d]}
   * @param weight {@code [columns, d]}, stays open as long as this
   */
  void multiply(INDArray in, INDArray weight, int rows, Receiver out) {
    INDArray[] shares = parts.computeIfAbsent(weight, this::split);
    int columns = (int) weight.size(0);
    crew.run(
        worker -> {
          int from = from(columns, worker);
          int width = from(columns, worker + 1) - from;
          if (width > 0) {
            INDArray result = product.byColumns(from * rows, rows, width);
            Nd4j.matmul(in, shares[worker], result, false, true, false);
            product.toHost();
            deliver(worker, from, width, rows, out);
          }
        });
  }

  private INDArray[] split(INDArray weight) {
    INDArray[] out = new INDArray[crew.size()];
    int columns = (int) weight.size(0);
    for (int i = 0; i < out.length; i++) {
      int from = from(columns, i);
      int to = from(columns, i + 1);
      long[] shape = {to - from, weight.size(1)};
      long[] stride = {weight.stride(0), weight.stride(1)};
      long offset = weight.offset() + from * weight.stride(0);
      out[i] = from < to ? Nd4j.create(weight.data(), shape, stride, offset) : null;
    }
    return out;
  }

  private int from(int columns, int worker) {
    return (int) ((long) columns * worker / crew.size());
  }

  private void deliver(int worker, int first, int width, int rows, Receiver out) {
    float[] block = blocks[worker];
    float[] line = lines[worker];
    for (int at = 0; at < width; at += BLOCK) {
      int n = Math.min(BLOCK, width - at);
      product.read((first + at) * rows, block, 0, n * rows);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < n; c++) {
          line[c] = block[c * rows + r];
        }
        out.take(r, first + at, line, n);
      }
    }
  }

  @Override
  public void close() {
    product.close();
  }
}
