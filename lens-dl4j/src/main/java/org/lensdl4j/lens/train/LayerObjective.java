package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.loss.ContrastiveLoss;
import org.lensdl4j.lens.loss.Coordinates;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.trunk.Pooling;

/** What a run trains for at one layer: the losses that its configuration asks for. */
final class LayerObjective {
  /** Fewer texts than the hidden size leave the covariance without full rank. */
  private static final double RIDGE = 0.01;

  private final LanguageSpace space;
  private final int layer;
  private final int below;
  private final LensConfig config;
  private final Coordinates coordinates;

  private LayerObjective(
      LanguageSpace space, int below, LensConfig config, Coordinates coordinates) {
    this.space = space;
    this.layer = space.layers() - below;
    this.below = below;
    this.config = config;
    this.coordinates = coordinates;
  }

  /** Objectives at all layers that the losses are taken of, the last layer first. */
  static List<LayerObjective> all(
      LanguageSpace space, LensConfig config, TopStates states, Pooling position) {
    List<LayerObjective> out = new ArrayList<>();
    for (int below = 0; below < config.lossLayers(); below++) {
      out.add(of(space, below, config, states, position));
    }
    return out;
  }

  /**
   * @param states the texts' pooled states before training are what coordinates are taken of, where
   *     the space does not know them
   */
  private static LayerObjective of(
      LanguageSpace space, int below, LensConfig config, TopStates states, Pooling position) {
    int layer = space.layers() - below;
    if (config.coordinates() != LossCoordinates.STANDARDISED) {
      space.requireRaw("training in coordinates " + config.coordinates());
    }
    Coordinates coordinates =
        switch (config.coordinates()) {
          case RAW -> Coordinates.raw();
          case STANDARDISED ->
              space.hasDeviation()
                  ? Coordinates.standardised(space.deviation(layer))
                  : Coordinates.standardisedBy(sample(states, config, below, position));
          case WHITENED -> Coordinates.whitenedBy(sample(states, config, below, position), RIDGE);
        };
    return new LayerObjective(space, below, config, coordinates);
  }

  private static float[][] sample(
      TopStates states, LensConfig config, int below, Pooling position) {
    int languages = config.languages().size();
    float[][] out = new float[states.prompts() * languages][];
    for (int i = 0; i < out.length; i++) {
      int text = states.text(i / languages, i % languages);
      out[i] = states.reference(position, below, text);
    }
    return out;
  }

  LensLoss lens() {
    LensLoss loss =
        LensLoss.of(space, layer)
            .align(config.align())
            .separate(config.separate())
            .retain(config.retain())
            .retainTargets(config.retainTargets())
            .coordinates(coordinates)
            .prefix(prefix());
    config.targets().forEach(language -> loss.lambda(language, config.lambda(language)));
    return config.alignPivot() == AlignPivot.REFERENCE ? loss.pivotAtReference() : loss;
  }

  /** Null if it is off; of the last layer only. */
  ContrastiveLoss contrast() {
    if (!(config.contrast() > 0) || below > 0) {
      return null;
    }
    ContrastiveLoss loss =
        ContrastiveLoss.of(space, layer)
            .coordinates(coordinates)
            .temperature(config.contrastTemperature())
            .weight(config.contrast());
    return config.alignPivot() == AlignPivot.REFERENCE ? loss.pivotAtReference() : loss;
  }

  /** Distance from the last layer. */
  int below() {
    return below;
  }

  int layer() {
    return layer;
  }

  /** What names of this layer's placeholders and terms begin with; empty for the last layer. */
  String prefix() {
    return below == 0 ? "" : "layer" + layer + "_";
  }
}
