package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.ParameterNames;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a {@link TokenDecoder} reads texts with: its own weights, or others that share the lowest
 * layers with them. What is shared is in memory once, and is computed once for texts of several
 * variants that begin with the same prompt.
 *
 * <p>Belongs to its decoder, and is closed with it at the latest.
 */
public final class Variant implements AutoCloseable {
  final List<LayerWeights> layers = new ArrayList<>();
  final RowNorm finalNorm;
  final INDArray head;
  // Layers and head from here on are its own.
  private final int shared;
  private final boolean ownHead;
  private final Consumer<Variant> owner;

  /** A decoder's own weights, all of them. */
  Variant(ModelConfig config, Weights weights) {
    shared = 0;
    ownHead = true;
    owner = null;
    load(config, weights);
    finalNorm = new RowNorm(config, weights, config.names().finalNormStem());
    head = weights.read(config.headWeight());
  }

  /**
   * Weights over those of another.
   *
   * @param owner gives it up when it is closed
   */
  Variant(ModelConfig config, Variant base, OverlayWeights over, Consumer<Variant> owner) {
    this.owner = owner;
    Set<String> changed = over.changed();
    shared = lowest(config, changed);
    layers.addAll(base.layers.subList(0, shared));
    ParameterNames names = config.names();
    ownHead = changed.contains(config.headWeight());
    boolean ownNorm = changed.stream().anyMatch(n -> n.startsWith(names.finalNormStem() + "."));
    load(config, over);
    finalNorm = ownNorm ? new RowNorm(config, over, names.finalNormStem()) : base.finalNorm;
    head = ownHead ? over.read(config.headWeight()) : base.head;
  }

  private void load(ModelConfig config, Weights weights) {
    for (int i = layers.size(); i < config.layers(); i++) {
      LayerWeights layer = new LayerWeights(config);
      layers.add(layer);
      layer.load(weights, i);
    }
  }

  /** The lowest layer from 0 with a changed tensor. */
  private static int lowest(ModelConfig config, Set<String> changed) {
    ParameterNames names = config.names();
    int lowest = config.layers();
    for (String name : changed) {
      if (names.inLayer(name)) {
        int layer = config.layers() - 1;
        while (layer > 0 && !name.startsWith(names.layerPrefix(layer))) {
          layer--;
        }
        lowest = Math.min(lowest, layer);
      } else if (!name.startsWith(names.finalNormStem() + ".")
          && (config.tiedHead() || !name.equals(config.headWeight()))) {
        throw new IllegalArgumentException(
            name + " is below all layers: weights that change it share nothing with the model's");
      }
    }
    return lowest;
  }

  /**
   * Frees what is its own and forgets texts that it has read.
   *
   * @throws IllegalStateException if it reads a text that has not ended
   */
  @Override
  public void close() {
    owner.accept(this);
  }

  void free() {
    layers.subList(shared, layers.size()).forEach(LayerWeights::close);
    if (ownHead) {
      head.close();
    }
  }
}
