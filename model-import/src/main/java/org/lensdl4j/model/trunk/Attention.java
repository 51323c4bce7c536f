package org.lensdl4j.model.trunk;

import java.util.Arrays;
import org.lensdl4j.model.config.Alibi;
import org.lensdl4j.model.config.HeadNorm;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.lensdl4j.model.config.RelativePositions;

/**
 * Grouped-query attention of one sequence at a time, causal or (encoders) bidirectional, on the
 * Java heap; one per thread.
 *
 * <p>Queries are columns, the heads of a group side by side: column {@code t * group + g}. So
 * scores of one key are one long row, the queries that see it (causality, window) are one range of
 * the row, and every loop runs over that range only. Scores are {@code [key, column]}, outputs
 * {@code [headDim, column]}. Nothing is computed that the causal mask would hide.
 */
final class Attention {
  private final int heads;
  private final int keyHeads;
  private final int group;
  private final int dim;
  private final ModelConfig config;
  private final float cap;
  private final boolean centred;
  private final double epsilon;
  // Of each head; null without ALiBi.
  private final float[] slopes;
  private final boolean causal;
  private final boolean single;
  private final boolean normsAfterTurning;
  private final int tileTokens;
  private final float[] row;
  private final float[] rotated;
  private final float[][] queries;
  private final float[][] outputs;
  private final float[] max;
  private final float[] sum;
  private float[][] scores = new float[0][];
  private int window;
  private float[] weightsOfKeys = new float[0];
  private final float[] mixed;

  Attention(ModelConfig config) {
    this(config, false);
  }

  /**
   * Attention.
   *
   * @param single whether a token by itself takes loops of its own, over keys instead of queries:
   *     several times as fast with many keys, and another order of additions. For decoders
   */
  Attention(ModelConfig config, boolean single) {
    this.single = single;
    heads = config.heads();
    keyHeads = config.keyValueHeads();
    group = heads / keyHeads;
    dim = config.headDim();
    this.config = config;
    cap = (float) config.structure().scales().attentionCap();
    centred = config.structure().norm().centred();
    epsilon = config.normEpsilon();
    slopes = config.structure().positions() == Positions.ALIBI ? Alibi.slopes(heads) : null;
    causal = !config.isEncoder();
    normsAfterTurning = config.normsAfterTurning();
    tileTokens = Math.max(16, 192 / group);
    int columns = tileTokens * group;
    row = new float[(heads + 2 * keyHeads) * dim];
    rotated = new float[tileTokens * heads * dim];
    queries = new float[dim][columns];
    outputs = new float[dim][columns];
    max = new float[columns];
    mixed = new float[dim];
    sum = new float[columns];
  }

  /** How many tokens' queries are taken together. */
  int tileTokens() {
    return tileTokens;
  }

  /**
   * Puts keys and values of consecutive tokens into the cache.
   *
   * @param in rows of keys and values, side by side
   * @param index where the first token's keys begin
   * @param stride from token to token
   */
  void append(
      HostArray in,
      int index,
      int stride,
      int count,
      LayerWeights weights,
      RotaryTable rotary,
      KeyValues cache) {
    int width = keyHeads * dim;
    cache.reserve(cache.length + count);
    for (int t = 0; t < count; t++) {
      in.read(index + t * stride, row, 0, 2 * width);
      if (weights.keyValueBias != null) {
        Kernels.add(row, weights.keyValueBias, 2 * width);
      }
      place(weights.keyNorm, keyHeads, rotary, cache.length, 0);
      for (int h = 0; h < keyHeads; h++) {
        float[][] keys = cache.keys[h];
        for (int d = 0; d < dim; d++) {
          keys[d][cache.length] = rotated[h * dim + d];
        }
        System.arraycopy(row, width + h * dim, cache.values[h][cache.length], 0, dim);
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
   * @param position of the first query; a query sees keys up to its own position, in an encoder all
   * @param out gets rows of {@code heads * headDim} from row {@code outRow} on
   */
  void attend(
      HostArray in,
      int index,
      int stride,
      int count,
      int position,
      LayerWeights weights,
      RotaryTable rotary,
      KeyValues cache,
      HostArray out,
      int outRow) {
    int width = heads * dim;
    window = config.windowed(weights.layer) ? config.slidingWindow() : Integer.MAX_VALUE;
    for (int t0 = 0; t0 < count; t0 += tileTokens) {
      int tokens = Math.min(tileTokens, count - t0);
      for (int t = 0; t < tokens; t++) {
        in.read(index + (t0 + t) * stride, row, 0, width);
        if (weights.queryBias != null) {
          Kernels.add(row, weights.queryBias, width);
        }
        place(weights.queryNorm, heads, rotary, position + t0 + t, t * width);
      }
      for (int h = 0; h < keyHeads; h++) {
        if (single && count == 1) {
          one(h, position, cache);
        } else {
          tile(h, tokens, position + t0, weights.relativeBias, cache);
        }
      }
      for (int t = 0; t < tokens; t++) {
        out.write((outRow + t0 + t) * width, rotated, t * width, width);
      }
    }
  }

  /** Norms and turns the row's first heads, into {@code rotated} from {@code at} on. */
  private void place(float[] norm, int count, RotaryTable rotary, int position, int at) {
    int width = count * dim;
    if (norm != null && !normsAfterTurning) {
      norm(norm, width);
    }
    for (int h = 0; h < count; h++) {
      rotary.rotate(row, h * dim, position, rotated, at + h * dim);
    }
    if (norm != null && normsAfterTurning) {
      System.arraycopy(rotated, at, row, 0, width);
      norm(norm, width);
      System.arraycopy(row, 0, rotated, at, width);
    }
  }

  /** Norm of the row's first {@code width}: of each head, or of all together. */
  private void norm(float[] weight, int width) {
    int n = config.structure().headNorm() == HeadNorm.WHOLE ? width : dim;
    for (int at = 0; at < width; at += n) {
      Kernels.norm(row, at, n, weight, centred, epsilon);
    }
  }

  /** One key head and one tile of queries; replaces the queries in {@code rotated} by outputs. */
  private void tile(int head, int tokens, int position, float[] relativeBias, KeyValues cache) {
    int columns = tokens * group;
    int last = causal ? Math.min(cache.length, position + tokens) : cache.length;
    int first = causal ? (int) Math.max(0L, (long) position - window + 1) : 0;
    int n = last - first;
    reserve(n);
    transposeIn(head, tokens);
    Arrays.fill(max, 0, columns, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, columns, 0f);
    float[][] keys = cache.keys[head];
    for (int j = 0; j < n; j++) {
      int from = from(first + j, position);
      int to = to(first + j, position, columns);
      startScores(scores[j], head, first + j, columns, from, to);
      if (relativeBias != null) {
        startScores(scores[j], head, first + j - position, columns, relativeBias);
      }
      score(keys, first + j, scores[j], from, to);
      if (cap > 0) {
        Kernels.softCap(scores[j], cap, from, to);
      }
      Kernels.max(max, scores[j], from, to);
    }
    for (int j = 0; j < n; j++) {
      int from = from(first + j, position);
      Kernels.expAndSum(scores[j], max, sum, from, to(first + j, position, columns));
    }
    Kernels.invert(sum, columns);
    for (float[] output : outputs) {
      Arrays.fill(output, 0, columns, 0f);
    }
    mix(cache.values[head], first, n, position, columns);
    transposeOut(head, tokens);
  }

  /** One key head and one token; replaces its queries in {@code rotated} by outputs. */
  private void one(int head, int position, KeyValues cache) {
    int last = Math.min(cache.length, position + 1);
    int first = (int) Math.max(0L, (long) position - window + 1);
    if (weightsOfKeys.length < last) {
      weightsOfKeys = new float[Math.max(last, 2 * weightsOfKeys.length)];
    }
    float[] weight = weightsOfKeys;
    float[][] keys = cache.keys[head];
    float[][] values = cache.values[head];
    for (int g = 0; g < group; g++) {
      int at = (head * group + g) * dim;
      for (int j = first; j < last; j++) {
        weight[j] = slopes == null ? 0 : slopes[head * group + g] * j;
      }
      int d = 0;
      for (; d + 4 <= dim; d += 4) {
        Kernels.addFour(
            weight,
            rotated[at + d],
            keys[d],
            rotated[at + d + 1],
            keys[d + 1],
            rotated[at + d + 2],
            keys[d + 2],
            rotated[at + d + 3],
            keys[d + 3],
            first,
            last);
      }
      for (; d < dim; d++) {
        Kernels.addOne(weight, rotated[at + d], keys[d], first, last);
      }
      if (cap > 0) {
        Kernels.softCap(weight, cap, first, last);
      }
      float total = Kernels.expAndSum(weight, first, last);
      Arrays.fill(mixed, 0f);
      int j = first;
      for (; j + 4 <= last; j += 4) {
        Kernels.addFour(
            mixed,
            weight[j],
            values[j],
            weight[j + 1],
            values[j + 1],
            weight[j + 2],
            values[j + 2],
            weight[j + 3],
            values[j + 3],
            0,
            dim);
      }
      for (; j < last; j++) {
        Kernels.addOne(mixed, weight[j], values[j], 0, dim);
      }
      for (d = 0; d < dim; d++) {
        rotated[at + d] = mixed[d] / total;
      }
    }
  }

  /** Zero, or what ALiBi adds: a query's own position shifts all its scores alike, so it is 0. */
  private void startScores(float[] score, int head, int key, int columns, int from, int to) {
    Arrays.fill(score, 0, columns, 0f);
    for (int c = from; slopes != null && c < to; c++) {
      score[c] = slopes[head * group + c % group] * key;
    }
  }

  /** The bias of a key at a distance from the first query. */
  private void startScores(float[] score, int head, int distance, int columns, float[] bias) {
    for (int c = 0; c < columns; c++) {
      int bucket = RelativePositions.bucket(distance - c / group);
      score[c] = bias[bucket * heads + head * group + c % group];
    }
  }

  /** Adds {@code key . queries} to the scores in columns from to to. */
  private void score(float[][] keys, int key, float[] score, int from, int to) {
    int d = 0;
    for (; d + 4 <= dim; d += 4) {
      Kernels.addFour(
          score,
          keys[d][key],
          queries[d],
          keys[d + 1][key],
          queries[d + 1],
          keys[d + 2][key],
          queries[d + 2],
          keys[d + 3][key],
          queries[d + 3],
          from,
          to);
    }
    for (; d < dim; d++) {
      Kernels.addOne(score, keys[d][key], queries[d], from, to);
    }
  }

  /** Adds values by their weights to the outputs. */
  private void mix(float[][] values, int first, int n, int position, int columns) {
    int j = 0;
    for (; j + 4 <= n; j += 4) {
      // Of four keys the first is seen from the earliest query and the last until the latest; the
      // scores of hidden pairs are zeros.
      int from = from(first + j, position);
      int to = to(first + j + 3, position, columns);
      float[] one = values[first + j];
      float[] two = values[first + j + 1];
      float[] three = values[first + j + 2];
      float[] four = values[first + j + 3];
      for (int d = 0; d < dim; d++) {
        Kernels.addFour(
            outputs[d],
            one[d],
            scores[j],
            two[d],
            scores[j + 1],
            three[d],
            scores[j + 2],
            four[d],
            scores[j + 3],
            from,
            to);
      }
    }
    for (; j < n; j++) {
      int from = from(first + j, position);
      int to = to(first + j, position, columns);
      for (int d = 0; d < dim; d++) {
        Kernels.addOne(outputs[d], values[first + j][d], scores[j], from, to);
      }
    }
  }

  private void reserve(int rows) {
    if (scores.length < rows) {
      int old = scores.length;
      scores = Arrays.copyOf(scores, Math.max(rows, 2 * old));
      for (int j = old; j < scores.length; j++) {
        scores[j] = new float[max.length];
      }
    }
  }

  /** The first column that sees a key. */
  private int from(int key, int position) {
    return causal ? Math.max(0, key - position) * group : 0;
  }

  /** The column after the last that sees a key. */
  private int to(int key, int position, int columns) {
    return causal ? (int) Math.min(columns, ((long) key - position + window) * group) : columns;
  }

  private void transposeIn(int head, int tokens) {
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < group; g++) {
        int source = (t * heads + head * group + g) * dim;
        int column = t * group + g;
        for (int d = 0; d < dim; d++) {
          queries[d][column] = rotated[source + d];
        }
      }
    }
  }

  private void transposeOut(int head, int tokens) {
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < group; g++) {
        int target = (t * heads + head * group + g) * dim;
        int column = t * group + g;
        for (int d = 0; d < dim; d++) {
          rotated[target + d] = outputs[d][column] * sum[column];
        }
      }
    }
  }
}
