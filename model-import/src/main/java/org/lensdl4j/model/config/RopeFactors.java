package org.lensdl4j.model.config;

import org.lensdl4j.model.base.ModelFormatException;

/**
 * GGUF files of LLaMA 3.1 and later hold the divisors of the rotary frequencies, not the parameters
 * that they were computed from. The parameters are recovered and checked against every divisor.
 */
final class RopeFactors {
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final double TOLERANCE = 1e-4;

  private RopeFactors() {}

  static Rotary recognise(
      String source, double theta, float[] factors, int headDim, int originalPositions) {
    double most = 1;
    for (float f : factors) {
      most = Math.max(most, f);
    }
    Rotary candidate = new Rotary(theta, Rotary.Scaling.LLAMA3, most, LOW, HIGH, originalPositions);
    double[] plain = Rotary.plain(theta).inverseFrequencies(headDim);
    double[] scaled = candidate.inverseFrequencies(headDim);
    boolean equal = factors.length == plain.length;
    for (int i = 0; equal && i < plain.length; i++) {
      equal = Math.abs(plain[i] / scaled[i] - factors[i]) <= TOLERANCE * factors[i];
    }
    if (!equal) {
      throw new ModelFormatException(
          source
              + " holds rotary factors (rope_freqs.weight) that are not LLaMA 3's with low 1, high"
              + " 4 and "
              + originalPositions
              + " original positions; others are not supported");
    }
    return candidate;
  }
}
