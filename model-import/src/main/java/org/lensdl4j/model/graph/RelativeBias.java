package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.RelativePositions;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** An encoder's bias on attention scores by the distance of the tokens, the same in all layers. */
final class RelativeBias {
  private RelativeBias() {}

  /** The table {@code [buckets, heads]}, a constant; null for families without one. */
  static SDVariable table(ModelConfig config, GraphWeights weights) {
    return config.names().relativeBias().isEmpty()
        ? null
        : weights.constant(config.names().relativeBiasWeight());
  }

  /**
   * The biases of texts side by side.
   *
   * @param places of the tokens, {@code [seq]}
   * @return {@code [1, heads, seq, seq]}
   */
  static SDVariable padded(SameDiff sd, SDVariable table, SDVariable places) {
    int far = RelativePositions.FARTHEST;
    int[] buckets = new int[2 * far + 1];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = RelativePositions.bucket(i - far);
    }
    SDVariable distance = sd.reshape(places, 1, 1, -1).sub(sd.reshape(places, 1, -1, 1));
    SDVariable byDistance = sd.gather(table, sd.constant(Nd4j.createFromArray(buckets)), 0);
    SDVariable at = sd.clipByValue(distance, -far, far).add(far).castTo(DataType.INT);
    return sd.permute(sd.gather(byDistance, at, 0), 0, 3, 1, 2);
  }
}
