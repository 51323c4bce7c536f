package org.lensdl4j.lab.evaluate;

import java.util.Collection;
import java.util.Map;
import org.lensdl4j.lens.states.Fork;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One model beside others in a comparison.
 *
 * @param name as in tables
 * @param weights all its weights; the first {@code shared} layers are those of the model at hand
 * @param shared layers whose states it shares with the model at hand
 * @param edits what is done to its states, above the shared layers or, if it shares all, before
 *     they are read
 * @param identity what decides its results, for resuming
 */
public record Column(String name, Weights weights, int shared, LanguageEdit edits, String identity)
    implements Fork {
  /** The model at hand as it is. */
  public static Column untouched(String name, TransformerModel model) {
    return new Column(
        name, model.weights(), model.config().layers(), LanguageEdit.NONE, model.hash());
  }

  /** The model at hand with a run's weights, which stay the caller's. */
  public static Column trained(String name, TrainedWeights weights, TransformerModel model) {
    OverlayWeights over = weights.over(model);
    int shared = shared(weights.arrays().keySet(), model.config());
    return new Column(name, over, shared, LanguageEdit.NONE, over.hash());
  }

  /** The model at hand with some weights changed, which stay the caller's. */
  static Column changed(String name, Map<String, INDArray> arrays, TransformerModel model) {
    OverlayWeights over = new OverlayWeights(model.weights(), arrays);
    int shared = shared(arrays.keySet(), model.config());
    return new Column(name, over, shared, LanguageEdit.NONE, over.hash());
  }

  /**
   * The model at hand with its states changed: from the lowest layer that is, on a way of its own.
   */
  static Column edited(String name, TransformerModel model, LanguageEdit edit, String identity) {
    int last = model.config().layers();
    int shared = edit.lowest() < last ? edit.lowest() - 1 : last;
    return new Column(name, model.weights(), shared, edit, identity);
  }

  /** Whether the model's states are changed on their way, not only at its end. */
  boolean editedBelow(int layers) {
    return edits.lowest() < layers;
  }

  /**
   * A column on its way through texts of one language.
   *
   * @param shared layers whose states it shares with the model at hand, in this language
   * @param edit what is done to states above those
   * @param atEnd what is still to be done to final states when they are read
   */
  record Way(Column column, int shared, StateEdit edit, StateEdit atEnd) implements Fork {
    @Override
    public String name() {
      return column.name();
    }

    @Override
    public Weights weights() {
      return column.weights();
    }
  }

  /**
   * This column in a language. Where the language is not changed at all, it stays on the model's
   * way, so that not a bit differs.
   *
   * @param layers K
   */
  Way in(String language, int layers) {
    StateEdit own = edits.in(language);
    if (editedBelow(layers)) {
      return own.lowest() > layers
          ? new Way(this, layers, StateEdit.NONE, StateEdit.NONE)
          : new Way(this, shared, own, StateEdit.NONE);
    }
    return new Way(this, shared, StateEdit.NONE, own);
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
