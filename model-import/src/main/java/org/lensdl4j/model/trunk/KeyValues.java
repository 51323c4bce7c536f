package org.lensdl4j.model.trunk;

import java.util.Arrays;

/**
 * Rotated keys and values of one sequence's tokens so far, in one layer. They lie so that the loops
 * of {@link Attention} run over whole arrays: one array for each element of the keys, and one for
 * each token's values.
 */
final class KeyValues {
  final int headDim;
  // By key/value head: [headDim][tokens].
  final float[][][] keys;
  // By key/value head: [tokens][headDim].
  final float[][][] values;
  int length;

  KeyValues(int heads, int headDim) {
    this.headDim = headDim;
    keys = new float[heads][headDim][0];
    values = new float[heads][0][];
  }

  /** For how many tokens there is room. */
  int room() {
    return values[0].length;
  }

  /** Makes room for that many tokens in all. */
  void reserve(int tokens) {
    int room = values[0].length;
    if (room < tokens) {
      // A quarter more than before: many texts have caches at once.
      int size = (int) Math.max(tokens, Math.min(room + room / 4 + 32L, Integer.MAX_VALUE - 8));
      for (int h = 0; h < keys.length; h++) {
        for (int d = 0; d < headDim; d++) {
          keys[h][d] = Arrays.copyOf(keys[h][d], size);
        }
        values[h] = Arrays.copyOf(values[h], size);
        for (int t = room; t < size; t++) {
          values[h][t] = new float[headDim];
        }
      }
    }
  }

  /** Becomes a copy of another's first tokens. */
  void copyFrom(KeyValues other, int tokens) {
    copyFrom(other, 0, tokens);
  }

  /** Takes another's tokens for its own from one position on; those before it stay. */
  void copyFrom(KeyValues other, int from, int to) {
    reserve(to);
    for (int h = 0; h < keys.length; h++) {
      for (int d = 0; d < headDim; d++) {
        System.arraycopy(other.keys[h][d], from, keys[h][d], from, to - from);
      }
      for (int t = from; t < to; t++) {
        System.arraycopy(other.values[h][t], 0, values[h][t], 0, headDim);
      }
    }
    length = to;
  }
}
