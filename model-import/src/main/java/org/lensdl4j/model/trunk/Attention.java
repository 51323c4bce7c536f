package org.lensdl4j.model.trunk;

import java.util.Arrays;
import org.lensdl4j.model.config.ModelConfig;

/**
 * Causal grouped-query attention of one sequence at a time, on the Java heap; one per thread.
 *
 * <p>Queries stand in columns, the heads of a group side by side: column {@code t * group + g}. So
 * scores of one key are one long row, the queries that see it (causality, window) are one range of
 * the row, and every loop runs over that range only. Scores are {@code [key, column]}, outputs
 * {@code [headDim, column]}. Nothing is computed that the causal mask would hide.
 */
final class Attention {
  private final int heads;
  private final int keyHeads;
  private final int group;
  private final int dim;
  private final int window;
  private final int tileTokens;
  private final float[] row;
  private final float[] rotated;
  private final float[] queries;
  private final float[] outputs;
  private final float[] max;
  private final float[] sum;
  private float[] scores = new float[0];

  Attention(ModelConfig config) {
    heads = config.heads();
    keyHeads = config.keyValueHeads();
    group = heads / keyHeads;
    dim = config.headDim();
    window = config.slidingWindow() > 0 ? config.slidingWindow() : Integer.MAX_VALUE;
    tileTokens = Math.max(16, 192 / group);
    int columns = tileTokens * group;
    row = new float[(heads + 2 * keyHeads) * dim];
    rotated = new float[tileTokens * heads * dim];
    queries = new float[dim * columns];
    outputs = new float[dim * columns];
    max = new float[columns];
    sum = new float[columns];
  }

  /**
   * Puts keys and values of consecutive tokens into the cache.
   *
   * @param in rows of keys and values, side by side
   * @param index where the first token's keys begin
   * @param stride from token to token
   * @param bias that holds those of keys and values from {@code biasAt}, or null
   */
  void append(
      HostArray in,
      int index,
      int stride,
      int count,
      float[] bias,
      int biasAt,
      RotaryTable rotary,
      KeyValues cache) {
    int width = keyHeads * dim;
    cache.reserve(cache.length + count);
    for (int t = 0; t < count; t++) {
      in.read(index + t * stride, row, 0, 2 * width);
      if (bias != null) {
        Kernels.add(row, 0, bias, biasAt, 2 * width);
      }
      int at = cache.length * dim;
      for (int h = 0; h < keyHeads; h++) {
        rotary.rotate(row, h * dim, cache.length, cache.keys[h], at);
        System.arraycopy(row, width + h * dim, cache.values[h], at, dim);
      }
      cache.length++;
    }
  }

  /**
   * Attends from consecutive tokens to the keys in the cache.
   *
   * @param in scaled queries
   * @param index where the first token's queries begin
   * @param stride from token to token
   * @param position of the first query; a query sees keys up to its own position
   * @param out gets rows of {@code heads * headDim} from row {@code outRow} on
   */
  void attend(
      HostArray in,
      int index,
      int stride,
      int count,
      int position,
      float[] bias,
      RotaryTable rotary,
      KeyValues cache,
      HostArray out,
      int outRow) {
    int width = heads * dim;
    for (int t0 = 0; t0 < count; t0 += tileTokens) {
      int tokens = Math.min(tileTokens, count - t0);
      for (int t = 0; t < tokens; t++) {
        in.read(index + (t0 + t) * stride, row, 0, width);
        if (bias != null) {
          Kernels.add(row, 0, bias, 0, width);
        }
        for (int h = 0; h < heads; h++) {
          rotary.rotate(row, h * dim, position + t0 + t, rotated, t * width + h * dim);
        }
      }
      for (int h = 0; h < keyHeads; h++) {
        tile(h, tokens, position + t0, cache);
      }
      for (int t = 0; t < tokens; t++) {
        out.write((outRow + t0 + t) * width, rotated, t * width, width);
      }
    }
  }

  /** One key head and one tile of queries; replaces the queries in {@code rotated} by outputs. */
  private void tile(int head, int tokens, int position, KeyValues cache) {
    int columns = tokens * group;
    int last = Math.min(cache.length, position + tokens);
    int first = (int) Math.max(0L, (long) position - window + 1);
    int n = last - first;
    if (scores.length < n * columns) {
      scores = new float[Math.max(n * columns, 2 * scores.length)];
    }
    transposeIn(head, tokens, columns);
    Arrays.fill(max, 0, columns, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, columns, 0f);
    Arrays.fill(outputs, 0, dim * columns, 0f);
    Arrays.fill(scores, 0, n * columns, 0f);
    float[] keys = cache.keys[head];
    for (int j = 0; j < n; j++) {
      int from = from(first + j, position);
      int length = to(first + j, position, columns) - from;
      int at = j * columns + from;
      int d = 0;
      for (; d + 8 <= dim; d += 8) {
        Kernels.addEight(
            scores,
            at,
            keys,
            (first + j) * dim + d,
            1,
            queries,
            d * columns + from,
            columns,
            length);
      }
      for (; d < dim; d++) {
        Kernels.addOne(
            scores, at, keys[(first + j) * dim + d], queries, d * columns + from, length);
      }
      Kernels.max(max, from, scores, at, length);
    }
    for (int j = 0; j < n; j++) {
      int from = from(first + j, position);
      int length = to(first + j, position, columns) - from;
      Kernels.expAndSum(scores, j * columns + from, max, sum, from, length);
    }
    Kernels.invert(sum, columns);
    float[] values = cache.values[head];
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      // Of eight keys the first is seen from the earliest query and the last until the latest; the
      // scores of hidden pairs are zeros.
      int from = from(first + j, position);
      int length = to(first + j + 7, position, columns) - from;
      for (int d = 0; d < dim; d++) {
        Kernels.addEight(
            outputs,
            d * columns + from,
            values,
            (first + j) * dim + d,
            dim,
            scores,
            j * columns + from,
            columns,
            length);
      }
    }
    for (; j < n; j++) {
      int from = from(first + j, position);
      int length = to(first + j, position, columns) - from;
      for (int d = 0; d < dim; d++) {
        Kernels.addOne(
            outputs,
            d * columns + from,
            values[(first + j) * dim + d],
            scores,
            j * columns + from,
            length);
      }
    }
    transposeOut(head, tokens, columns);
  }

  /** The first column that sees a key. */
  private int from(int key, int position) {
    return Math.max(0, key - position) * group;
  }

  /** The column after the last that sees a key. */
  private int to(int key, int position, int columns) {
    return (int) Math.min(columns, ((long) key - position + window) * group);
  }

  private void transposeIn(int head, int tokens, int columns) {
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < group; g++) {
        int source = (t * heads + head * group + g) * dim;
        int column = t * group + g;
        for (int d = 0; d < dim; d++) {
          queries[d * columns + column] = rotated[source + d];
        }
      }
    }
  }

  private void transposeOut(int head, int tokens, int columns) {
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < group; g++) {
        int target = (t * heads + head * group + g) * dim;
        int column = t * group + g;
        for (int d = 0; d < dim; d++) {
          rotated[target + d] = outputs[d * columns + column] * sum[column];
        }
      }
    }
  }
}
