package org.lensdl4j.lab.measure;

import java.nio.charset.StandardCharsets;

/**
 * How many bits a model needs for a byte of UTF-8: unlike a loss per token it can be compared
 * across tokenizers, and across languages as far as bytes can.
 */
public final class BitsPerByte {
  private BitsPerByte() {}

  /**
   * Natural logarithm of a token's probability.
   *
   * @param logits of all tokens, before softmax
   */
  public static double logProbability(float[] logits, int token) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - max);
    }
    return (double) logits[token] - max - Math.log(sum);
  }

  /**
   * Bits of a text's own tokens.
   *
   * @param logits row i predicts {@code tokens[i]}
   */
  public static double bits(float[][] logits, int[] tokens) {
    double nats = 0;
    for (int i = 0; i < tokens.length; i++) {
      nats -= logProbability(logits[i], tokens[i]);
    }
    return bits(nats);
  }

  /** Nats in bits. */
  public static double bits(double nats) {
    return nats / Math.log(2);
  }

  /** Bytes of a text in UTF-8. */
  public static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
