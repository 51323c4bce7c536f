package org.lensdl4j.model.trunk;

import java.util.Arrays;

/** Rotated keys and values of one sequence's tokens so far, in one layer. */
final class KeyValues {
  final int headDim;
  // By key/value head: [tokens, headDim].
  final float[][] keys;
  final float[][] values;
  int length;

  KeyValues(int heads, int headDim) {
    this.headDim = headDim;
    keys = new float[heads][0];
    values = new float[heads][0];
  }

  /** Makes room for that many tokens in all. */
  void reserve(int tokens) {
    int need = Math.multiplyExact(tokens, headDim);
    if (keys[0].length < need) {
      int size = Math.max(need, Math.min(2 * keys[0].length, Integer.MAX_VALUE / 2));
      for (int h = 0; h < keys.length; h++) {
        keys[h] = Arrays.copyOf(keys[h], size);
        values[h] = Arrays.copyOf(values[h], size);
      }
    }
  }

  /** Becomes a copy of another's first tokens. */
  void copyFrom(KeyValues other, int tokens) {
    reserve(tokens);
    for (int h = 0; h < keys.length; h++) {
      System.arraycopy(other.keys[h], 0, keys[h], 0, tokens * headDim);
      System.arraycopy(other.values[h], 0, values[h], 0, tokens * headDim);
    }
    length = tokens;
  }
}
