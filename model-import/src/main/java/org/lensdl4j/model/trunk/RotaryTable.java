package org.lensdl4j.model.trunk;

import org.lensdl4j.model.config.ModelConfig;

/** Cosines and sines of rotary embedding for positions 0 to the longest in use. */
final class RotaryTable {
  private final int half;
  private final float[] cos;
  private final float[] sin;

  /** Angles are rounded to float32 before their cosine is taken, as in {@code transformers}. */
  RotaryTable(ModelConfig config, int positions) {
    half = config.headDim() / 2;
    cos = new float[Math.multiplyExact(positions, half)];
    sin = new float[cos.length];
    double[] inverse = config.rotary().inverseFrequencies(config.headDim());
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < half; i++) {
        float angle = p * (float) inverse[i];
        cos[p * half + i] = (float) Math.cos(angle);
        sin[p * half + i] = (float) Math.sin(angle);
      }
    }
  }

  int positions() {
    return cos.length / half;
  }

  /** Rotates one head's vector, element i with element i + headDim/2. */
  void rotate(float[] x, int at, int position, float[] out, int outAt) {
    int c = position * half;
    for (int i = 0; i < half; i++) {
      out[outAt + i] = x[at + i] * cos[c + i] - x[at + half + i] * sin[c + i];
    }
    for (int i = 0; i < half; i++) {
      out[outAt + half + i] = x[at + half + i] * cos[c + i] + x[at + i] * sin[c + i];
    }
  }
}
