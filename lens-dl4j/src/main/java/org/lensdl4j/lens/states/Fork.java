package org.lensdl4j.lens.states;

import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.weights.Weights;

/**
 * What leaves the model's way at a layer: weights of a trained model, or the model's own with its
 * states changed from there on.
 */
public interface Fork {
  /** As progress calls it. */
  String name();

  /** All weights; the first {@link #shared} layers are the model's. */
  Weights weights();

  /** How many of the model's layers its states go through; all for the model itself. */
  int shared();

  /** What is done to its states after the layers above those; nothing by default. */
  default StateEdit edit() {
    return StateEdit.NONE;
  }
}
