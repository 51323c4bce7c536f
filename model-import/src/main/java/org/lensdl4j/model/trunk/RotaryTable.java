package org.lensdl4j.model.trunk;

import org.lensdl4j.model.config.Rotary;

/**
 * Cosines and sines of rotary embedding for positions 0 to the longest in use. Elements of a head
 * that are not rotated are copied; with none rotated this copies heads.
 */
final class RotaryTable {
  private final int positions;
  private final int half;
  private final int rest;
  private final boolean pairs;
  private final float[] cos;
  private final float[] sin;

  /**
   * Angles are rounded to float32 before their cosine is taken, as in {@code transformers}.
   *
   * @param turned elements of a head that are turned
   * @param pairs whether neighbours are turned together
   */
  RotaryTable(
      Rotary rotary, int headDim, int turned, boolean pairs, int positions, boolean longText) {
    this.pairs = pairs;
    this.positions = positions;
    half = turned / 2;
    rest = headDim - turned;
    cos = new float[Math.multiplyExact(positions, half)];
    sin = new float[cos.length];
    double[] inverse = rotary.inverseFrequencies(turned, longText);
    double amplitude = rotary.amplitude();
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < half; i++) {
        float angle = p * (float) inverse[i];
        cos[p * half + i] = (float) (Math.cos(angle) * amplitude);
        sin[p * half + i] = (float) (Math.sin(angle) * amplitude);
      }
    }
  }

  int positions() {
    return positions;
  }

  /** Turns one head's vector, element i with element i + turned/2, or neighbours. */
  void rotate(float[] x, int at, int position, float[] out, int outAt) {
    int c = position * half;
    if (rest > 0) {
      System.arraycopy(x, at + 2 * half, out, outAt + 2 * half, rest);
    }
    if (pairs) {
      for (int i = 0; i < half; i++) {
        float first = x[at + 2 * i];
        float second = x[at + 2 * i + 1];
        out[outAt + 2 * i] = first * cos[c + i] - second * sin[c + i];
        out[outAt + 2 * i + 1] = second * cos[c + i] + first * sin[c + i];
      }
      return;
    }
    for (int i = 0; i < half; i++) {
      out[outAt + i] = x[at + i] * cos[c + i] - x[at + half + i] * sin[c + i];
    }
    for (int i = 0; i < half; i++) {
      out[outAt + half + i] = x[at + half + i] * cos[c + i] + x[at + i] * sin[c + i];
    }
  }
}
