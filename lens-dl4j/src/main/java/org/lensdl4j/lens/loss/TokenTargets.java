package org.lensdl4j.lens.loss;

import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays that {@link TokenLoss} compares with: for each token the one that follows, and whether
 * it counts.
 *
 * @param labels INT {@code [batch, seq]}
 * @param counted FLOAT {@code [batch, seq]}
 */
public record TokenTargets(INDArray labels, INDArray counted) implements AutoCloseable {
  /** Every real token that a real token follows counts. */
  public static TokenTargets next(int[][] ids, int[][] mask) {
    return next(ids, mask, new int[ids.length]);
  }

  /**
   * Only what follows a prompt counts: instruction tuning.
   *
   * @param ids token ids with padding on either side, {@code [batch][seq]}
   * @param mask 1 for a real token, {@code [batch][seq]}
   * @param promptLengths real tokens at the start of each text that are not to be learned
   */
  public static TokenTargets next(int[][] ids, int[][] mask, int[] promptLengths) {
    if (ids.length != mask.length || ids.length != promptLengths.length || ids.length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %d texts, %d masks and %d prompt lengths, expected as many, at least 1",
              ids.length,
              mask.length,
              promptLengths.length));
    }
    int[][] labels = new int[ids.length][ids[0].length];
    float[][] counted = new float[ids.length][ids[0].length];
    for (int b = 0; b < ids.length; b++) {
      if (ids[b].length != ids[0].length || mask[b].length != ids[0].length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "text %d has %d ids and %d mask values, expected %d",
                b,
                ids[b].length,
                mask[b].length,
                ids[0].length));
      }
      int seen = 0;
      for (int t = 0; t + 1 < ids[b].length; t++) {
        seen += mask[b][t];
        if (mask[b][t] == 1 && mask[b][t + 1] == 1 && seen >= promptLengths[b]) {
          labels[b][t] = ids[b][t + 1];
          counted[b][t] = 1;
        }
      }
    }
    return new TokenTargets(Nd4j.createFromArray(labels), Nd4j.createFromArray(counted));
  }

  @Override
  public void close() {
    labels.close();
    counted.close();
  }
}
