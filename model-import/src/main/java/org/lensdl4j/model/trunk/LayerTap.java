package org.lensdl4j.model.trunk;

/** Is shown the hidden states after each layer of a pass. */
@FunctionalInterface
public interface LayerTap {

  /**
   * Called once per layer when all texts have gone through it.
   *
   * @param layer 1-based number of the layer just done; for the last layer the states are those
   *     after the final norm
   * @param states the states now; valid only during the call
   */
  void after(int layer, HiddenStates states);
}
