package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Which rows a layer computes.
 *
 * @param choice one-hot {@code [chosen, rows]}, or null for all rows
 * @param full of layers that see all tokens
 * @param local of layers that see a window
 */
record RowContext(SDVariable choice, AttentionInputs full, AttentionInputs local) {
  /** What a layer, 0-based, sees. */
  AttentionInputs of(ModelConfig config, int layer) {
    return config.windowed(layer) ? local : full;
  }
}
