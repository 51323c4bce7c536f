package org.lensdl4j.model.trunk;

import java.util.IdentityHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Products with a whole weight matrix, of which each worker of a crew computes some columns. With
 * few rows they are bound by how fast the weights come from memory.
 *
 * <p>What the library of matrix products does with few rows decides the form; measured on two cores
 * with AVX-512 and matrices of 896 to 38,000 columns:
 *
 * <ul>
 *   <li>One row is a product of a matrix and a vector: 25 GB of weights a second instead of 10.
 *   <li>BLAS copies one factor into its cache piece by piece. Written column by column, the result
 *       makes it copy four rows of weights at a time instead of sixteen: with 16 rows 1.3 to 1.6
 *       times as fast, which pays for turning the result around.
 *   <li>15 rows take 1.6 times as long as 16: rows that nobody asked for fill them up.
 *   <li>Some hundred columns at a time instead of all are up to 1.2 times as fast.
 * </ul>
 */
final class CrewProduct implements AutoCloseable {
  // Columns turned around at a time.
  private static final int BLOCK = 64;
  // Columns of one product: what it writes stays in the cache.
  private static final int WIDTH = 1024;
  private static final int FEW = 4;
  private static final int STEP = 8;

  private final Crew crew;
  private final HostArray product;
  private final Map<INDArray, INDArray[]> pieces = new IdentityHashMap<>();
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
    product = new HostArray(filled(rows), columns);
    blocks = new float[crew.size()][BLOCK * filled(rows)];
    lines = new float[crew.size()][BLOCK];
  }

  /** How many rows are computed where so many are asked for; the factor needs room for them. */
  static int filled(int rows) {
    int step = rows > FEW ? STEP : FEW;
    return rows <= 2 ? rows : (rows + step - 1) / step * step;
  }

  /**
   * Computes {@code in weight^T}.
   *
   * @param in begins with {@code [rows, d]} and has room for {@link #filled} rows
   * @param weight {@code [columns, d]}, stays open as long as this
   */
  void multiply(HostArray in, INDArray weight, int rows, Receiver out) {
    int d = (int) weight.size(1);
    int all = filled(rows);
    INDArray factor = rows == 1 ? in.vector(0, d) : in.matrix(all, d);
    INDArray[] parts = pieces.computeIfAbsent(weight, this::split);
    int columns = (int) weight.size(0);
    crew.run(
        worker -> {
          int end = from(parts.length, worker + 1, crew.size());
          for (int i = from(parts.length, worker, crew.size()); i < end; i++) {
            int from = from(columns, i, parts.length);
            int width = from(columns, i + 1, parts.length) - from;
            if (rows == 1) {
              Nd4j.matmul(parts[i], factor, product.vector(from, width), false, false, false);
            } else {
              INDArray result = product.byColumns(from * all, all, width);
              Nd4j.matmul(factor, parts[i], result, false, true, false);
            }
            product.toHost();
            deliver(worker, from, width, rows, out);
          }
        });
  }

  /** As many for each worker, of nearly the same width. */
  private INDArray[] split(INDArray weight) {
    int columns = (int) weight.size(0);
    int each = (columns + WIDTH * crew.size() - 1) / (WIDTH * crew.size());
    INDArray[] out = new INDArray[Math.min(columns, each * crew.size())];
    for (int i = 0; i < out.length; i++) {
      int from = from(columns, i, out.length);
      long[] shape = {from(columns, i + 1, out.length) - from, weight.size(1)};
      long[] stride = {weight.stride(0), weight.stride(1)};
      long offset = weight.offset() + from * weight.stride(0);
      out[i] = Nd4j.create(weight.data(), shape, stride, offset);
    }
    return out;
  }

  private static int from(int columns, int part, int parts) {
    return (int) ((long) columns * part / parts);
  }

  private void deliver(int worker, int first, int width, int rows, Receiver out) {
    float[] block = blocks[worker];
    float[] line = lines[worker];
    int all = filled(rows);
    for (int at = 0; at < width; at += BLOCK) {
      int n = Math.min(BLOCK, width - at);
      product.read((first + at) * all, block, 0, n * all);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < n; c++) {
          line[c] = block[c * all + r];
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
