package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.loss.ContrastiveLoss;
import org.lensdl4j.lens.loss.Coordinates;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.trunk.Pooling;

/** What a run trains for at one layer: the losses that its configuration asks for. */
final class Objective {
  /** Fewer texts than the hidden size leave the covariance without full rank. */
  private static final double RIDGE = 0.01;

  private final LanguageSpace space;
  private final int layer;
  private final int below;
  private final LensConfig config;
  private final Coordinates coordinates;
  private final float[][] displacements;

  private Objective(LanguageSpace space, int below, LensConfig config, Coordinates coordinates) {
    this.space = space;
    this.layer = space.layers() - below;
    this.below = below;
    this.config = config;
    this.coordinates = coordinates;
    this.displacements = moves();
  }

  /** Objectives at all layers that the losses are taken of, the last layer first. */
  static List<Objective> all(
      LanguageSpace space, LensConfig config, TopStates states, Pooling position) {
    List<Objective> out = new ArrayList<>();
    for (int below = 0; below < config.lossLayers(); below++) {
      out.add(of(space, below, config, states, position));
    }
    return out;
  }

  /**
   * @param states the texts' pooled states before training are what coordinates are taken of, where
   *     the space does not know them
   */
  private static Objective of(
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
    return new Objective(space, below, config, coordinates);
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
            .coordinates(coordinates)
            .prefix(prefix());
    config.targets().forEach(language -> loss.lambda(language, config.lambda(language)));
    return loss;
  }

  /** The retention term over the target languages. */
  LensLoss retainTargets() {
    return LensLoss.of(space, layer)
        .align(0)
        .separate(0)
        .retain(config.retainTargets())
        .coordinates(coordinates)
        .prefix(prefix() + "targets_");
  }

  ContrastiveLoss contrast() {
    return ContrastiveLoss.of(space, layer)
        .coordinates(coordinates)
        .temperature(config.contrastTemperature())
        .weight(config.contrast());
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

  int rank() {
    return space.rank();
  }

  /** {@code lambda_l S^T delta_l} of all targets, {@code [targets][rank]}. */
  float[][] displacements() {
    return displacements;
  }

  private float[][] moves() {
    LensLoss loss = lens();
    float[][] out = new float[config.targets().size()][space.rank()];
    for (int l = 0; l < out.length; l++) {
      double[] exact = loss.displacement(config.targets().get(l));
      for (int k = 0; k < exact.length; k++) {
        out[l][k] = (float) exact[k];
      }
    }
    return out;
  }
}
