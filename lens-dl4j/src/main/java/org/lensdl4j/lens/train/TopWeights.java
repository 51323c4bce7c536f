package org.lensdl4j.lens.train;

import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.weights.TensorInfo;

/** The size of the layers that a run trains. */
final class TopWeights {
  private TopWeights() {}

  /** Elements of all weights of the top layers, trained or not. */
  static long elements(TransformerModel model, LensConfig config) {
    int layers = model.config().layers();
    long sum = 0;
    for (int layer = layers - config.topLayers(); layer < layers; layer++) {
      String prefix = model.config().names().layerPrefix(layer);
      sum +=
          model.weights().tensors().values().stream()
              .filter(t -> t.name().startsWith(prefix))
              .mapToLong(TensorInfo::elements)
              .sum();
    }
    return sum;
  }
}
