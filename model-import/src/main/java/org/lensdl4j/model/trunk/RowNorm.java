package org.lensdl4j.model.trunk;

import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Norm;
import org.lensdl4j.model.weights.Weights;

/**
 * A norm with its weights, applied to one row at a time: the one after the last layer, or the
 * embedding's.
 */
final class RowNorm {
  private final Norm kind;
  private final double epsilon;
  private final float[] weight;
  private final float[] bias;

  /** Reads the weights of a norm. */
  RowNorm(ModelConfig config, Weights weights, String stem) {
    kind = config.structure().norm();
    epsilon = config.normEpsilon();
    weight = LayerWeights.floats(weights, stem + ".weight");
    bias = kind.bias() ? LayerWeights.floats(weights, stem + ".bias") : null;
    for (int i = 0; kind.offset() != 0 && i < weight.length; i++) {
      weight[i] += kind.offset();
    }
  }

  void apply(float[] row) {
    if (kind.centred()) {
      Kernels.centre(row);
    }
    Kernels.norm(row, row, epsilon);
    Kernels.multiply(row, weight, weight.length);
    if (bias != null) {
      Kernels.add(row, bias, bias.length);
    }
  }
}
