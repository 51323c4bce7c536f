package org.lensdl4j.lens.states;

import org.lensdl4j.model.weights.Weights;

/** Weights that leave the model's way at a layer: those of a trained model, or the model's own. */
public interface Fork {
  /** As progress calls it. */
  String name();

  /** All weights; the first {@link #shared} layers are the model's. */
  Weights weights();

  /** How many of the model's layers its states go through; all for the model itself. */
  int shared();
}
