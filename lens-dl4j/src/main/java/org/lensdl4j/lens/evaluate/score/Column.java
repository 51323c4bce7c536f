package org.lensdl4j.lens.evaluate.score;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
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
public record Column(String name, Weights weights, int shared, StateEdit edit, String identity) {
  private static final Pattern LAYER = Pattern.compile("\\.(?:layers|h)\\.(\\d+)\\.");

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
    String head = config.tiedHead() ? "" : config.headWeight();
    for (String name : changed) {
      Matcher layer = LAYER.matcher(name);
      if (layer.find()) {
        shared = Math.min(shared, Integer.parseInt(layer.group(1)));
      } else if (!name.startsWith(config.names().finalNormStem()) && !name.equals(head)) {
        shared = 0;
      }
    }
    return shared;
  }
}
