package org.lensdl4j.model.trunk;

import java.util.List;
import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one decoder layer on one batch of token rows, packed without padding; one per thread, with
 * all its buffers allocated once.
 *
 * <pre>
 * a = attention(norm(x) Wqkv^T);  x += a Wo^T
 * [g, u] = norm(x) Wgu^T;         x += (silu(g) * u) Wd^T
 * </pre>
 *
 * <p>The weight products are ND4J's, everything between them are loops over single rows.
 */
final class LayerRunner implements AutoCloseable {
  private final int hidden;
  private final int queryColumns;
  private final int keyColumns;
  private final int middle;
  private final double epsilon;
  private final Attention attention;
  private final float[] row;
  private final float[] sum;
  private final float[] gate;
  private final float[] up;
  private final HostArray normed;
  private final HostArray qkv;
  private final HostArray attended;
  private final HostArray gateUp;
  private final HostArray product;
  private final HostArray added;

  /** The residual stream, {@code [capacity, d]}. */
  final float[] x;

  LayerRunner(ModelConfig config, int capacity) {
    hidden = config.hiddenSize();
    queryColumns = config.heads() * config.headDim();
    keyColumns = config.keyValueHeads() * config.headDim();
    middle = config.intermediateSize();
    epsilon = config.normEpsilon();
    attention = new Attention(config);
    row = new float[hidden];
    sum = new float[hidden];
    gate = new float[middle];
    up = new float[middle];
    x = new float[Math.multiplyExact(capacity, hidden)];
    normed = new HostArray(capacity, hidden);
    qkv = new HostArray(capacity, queryColumns + 2 * keyColumns);
    attended = new HostArray(capacity, queryColumns);
    gateUp = new HostArray(capacity, 2 * middle);
    product = new HostArray(capacity, middle);
    added = new HostArray(capacity, hidden);
  }

  /**
   * Advances the first {@code rows} rows of {@link #x}.
   *
   * @param cache keys and values of the tokens before each segment
   * @param base a segment that starts at this position begins a text: the cache is cut to this
   *     length. Others continue where the segment before them ended
   */
  void allTokens(
      LayerWeights weights,
      List<Segment> segments,
      int rows,
      RotaryTable rotary,
      KeyValues cache,
      int base) {
    int stride = queryColumns + 2 * keyColumns;
    normAll(rows);
    multiply(normed, hidden, weights.qkv, qkv, stride, rows);
    for (Segment s : segments) {
      begin(s, cache, base);
      int at = s.row() * stride;
      int real = s.realTokens();
      float[] bias = weights.queryBias;
      attention.append(qkv, at + queryColumns, stride, real, weights.keyValueBias, rotary, cache);
      attention.attend(qkv, at, stride, real, s.start(), bias, rotary, cache, attended, s.row());
      if (s.padPosition() >= 0) {
        int pad = at + real * stride;
        int padRow = s.row() + real;
        attention.attend(
            qkv, pad, stride, 1, s.padPosition(), bias, rotary, cache, attended, padRow);
      }
    }
    finish(weights, rows);
  }

  /**
   * Advances only the tokens that end a text. Afterwards the first rows of {@link #x} are theirs,
   * in the order of the segments.
   */
  void lastTokens(
      LayerWeights weights,
      List<Segment> segments,
      int rows,
      RotaryTable rotary,
      KeyValues cache,
      int base) {
    normAll(rows);
    multiply(normed, hidden, weights.keysValues, qkv, 2 * keyColumns, rows);
    int ends = 0;
    for (Segment s : segments) {
      if (s.endsText()) {
        int last = s.row() + s.count() - 1;
        System.arraycopy(x, last * hidden, x, ends * hidden, hidden);
        normed.read(last * hidden, row, 0, hidden);
        added.write(ends * hidden, row, 0, hidden);
        ends++;
      }
    }
    added.fromHost();
    if (ends > 0) {
      // Queries are read before the attention's output replaces them row by row.
      multiply(added, hidden, weights.queries, attended, queryColumns, ends);
    }
    int end = 0;
    for (Segment s : segments) {
      begin(s, cache, base);
      attention.append(
          qkv,
          s.row() * 2 * keyColumns,
          2 * keyColumns,
          s.realTokens(),
          weights.keyValueBias,
          rotary,
          cache);
      if (s.endsText()) {
        attention.attend(
            attended,
            end * queryColumns,
            queryColumns,
            1,
            s.lastPosition(),
            weights.queryBias,
            rotary,
            cache,
            attended,
            end);
        end++;
      }
    }
    if (ends > 0) {
      finish(weights, ends);
    }
  }

  private static void begin(Segment s, KeyValues cache, int base) {
    if (s.start() == base) {
      cache.length = base;
    } else if (s.start() != cache.length) {
      throw new IllegalStateException(
          "segment starts at " + s.start() + ", cache has " + cache.length + " tokens");
    }
  }

  /** Applies a weighted norm to one row of {@link #x}. */
  void norm(int r, float[] scale) {
    System.arraycopy(x, r * hidden, row, 0, hidden);
    Kernels.norm(row, row, epsilon);
    Kernels.multiply(row, scale, hidden);
    System.arraycopy(row, 0, x, r * hidden, hidden);
  }

  private void normAll(int rows) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, r * hidden, row, 0, hidden);
      Kernels.norm(row, row, epsilon);
      normed.write(r * hidden, row, 0, hidden);
    }
    normed.fromHost();
  }

  /** Output projection, residual, MLP, residual. */
  private void finish(LayerWeights weights, int rows) {
    attended.fromHost();
    multiply(attended, queryColumns, weights.output, added, hidden, rows);
    addAll(rows, weights.outputBias);
    normAll(rows);
    multiply(normed, hidden, weights.gateUp, gateUp, 2 * middle, rows);
    for (int r = 0; r < rows; r++) {
      int at = 2 * r * middle;
      gateUp.read(at, gate, 0, middle);
      gateUp.read(at + middle, up, 0, middle);
      if (weights.gateBias != null) {
        Kernels.add(gate, weights.gateBias, middle);
        Kernels.add(up, weights.upBias, middle);
      }
      Kernels.swiglu(gate, up, gate, middle);
      product.write(r * middle, gate, 0, middle);
    }
    product.fromHost();
    multiply(product, middle, weights.down, added, hidden, rows);
    addAll(rows, weights.downBias);
  }

  private void addAll(int rows, float[] bias) {
    for (int r = 0; r < rows; r++) {
      added.read(r * hidden, row, 0, hidden);
      System.arraycopy(x, r * hidden, sum, 0, hidden);
      Kernels.add(sum, row, hidden);
      if (bias != null) {
        Kernels.add(sum, bias, hidden);
      }
      System.arraycopy(sum, 0, x, r * hidden, hidden);
    }
  }

  /** {@code out = in weight^T}. */
  private static void multiply(
      HostArray in, int inColumns, INDArray weight, HostArray out, int outColumns, int rows) {
    Nd4j.matmul(
        in.matrix(rows, inColumns), weight, out.matrix(rows, outColumns), false, true, false);
    out.toHost();
  }

  @Override
  public void close() {
    normed.close();
    qkv.close();
    attended.close();
    gateUp.close();
    product.close();
    added.close();
  }
}
