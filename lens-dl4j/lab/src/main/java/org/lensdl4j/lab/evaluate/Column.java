package org.lensdl4j.lab.evaluate;

import java.util.Collection;
import org.lensdl4j.lens.states.Fork;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;

/**
 * One model beside others in a comparison.
 *
 * @param name as in tables
 * @param weights all its weights; the first {@code shared} layers are those of the model at hand
 * @param shared layers whose states it shares with the model at hand
 * @param edit what is done to its final states before the head
 * @param identity what decides its results, for resuming
 */
public record Column(String name, Weights weights, int shared, StateEdit edit, String identity)
    implements Fork {
  /** The model at hand as it is. */
  public static Column untouched(String name, TransformerModel model) {
    return new Column(name, model.weights(), model.config().layers(), StateEdit.NONE, model.hash());
  }

  /** The model at hand with a run's weights, which stay the caller's. */
  public static Column trained(String name, TrainedWeights weights, TransformerModel model) {
    OverlayWeights over = weights.over(model);
    int shared = shared(weights.arrays().keySet(), model.config());
    return new Column(name, over, shared, StateEdit.NONE, over.hash());
  }

  /** How many of the first layers no changed tensor touches. */
  private static int shared(Collection<String> changed, ModelConfig config) {
    int shared = config.layers() - 1;
    ParameterNames names = config.names();
    String head = config.tiedHead() ? "" : config.headWeight();
    for (String name : changed) {
      boolean norm = !names.finalNorm().isEmpty() && name.startsWith(names.finalNormStem());
      if (names.inLayer(name)) {
        shared = Math.min(shared, layer(name, config));
      } else if (!norm && !name.equals(head)) {
        shared = 0;
      }
    }
    return shared;
  }

  private static int layer(String name, ModelConfig config) {
    for (int layer = config.layers() - 1; layer > 0; layer--) {
      if (name.startsWith(config.names().layerPrefix(layer))) {
        return layer;
      }
    }
    return 0;
  }
}
