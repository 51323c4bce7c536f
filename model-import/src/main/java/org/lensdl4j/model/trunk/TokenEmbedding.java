package org.lensdl4j.model.trunk;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Positions;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What enters the first layer: the embedding's rows, scaled, plus learned positions and the first
 * token type, normed.
 */
final class TokenEmbedding {
  private final ModelConfig config;
  private final Weights weights;
  private final boolean learned;
  private final float scale;
  private final RowNorm norm;
  private final float[] tokenType;

  TokenEmbedding(ModelConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
    learned = config.structure().positions() == Positions.LEARNED;
    scale = (float) config.structure().scales().embedding();
    norm =
        config.names().embeddingNorm().isEmpty()
            ? null
            : new RowNorm(config, weights, config.names().embeddingNormStem());
    tokenType =
        config.names().tokenTypes().isEmpty()
            ? null
            : read(config.names().tokenTypesWeight(), new int[1]);
  }

  /** Rows for token ids at their positions, one behind the other. */
  float[] rows(int[] ids, int[] positions) {
    int d = config.hiddenSize();
    float[] out = read(config.names().embeddingWeight(), ids);
    if (scale != 1) {
      for (int i = 0; i < out.length; i++) {
        out[i] *= scale;
      }
    }
    if (learned) {
      Kernels.add(out, read(config.names().positionsWeight(), positions), out.length);
    }
    if (norm != null || tokenType != null) {
      float[] row = new float[d];
      for (int at = 0; at < out.length; at += d) {
        System.arraycopy(out, at, row, 0, d);
        if (tokenType != null) {
          Kernels.add(row, tokenType, d);
        }
        if (norm != null) {
          norm.apply(row);
        }
        System.arraycopy(row, 0, out, at, d);
      }
    }
    return out;
  }

  private float[] read(String name, int[] rows) {
    try (INDArray read = weights.readRows(name, rows)) {
      return read.reshape(read.length()).toFloatVector();
    }
  }
}
