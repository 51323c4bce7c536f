package org.lensdl4j.lens.config;

/** Coordinates that the losses are measured in. */
public enum LossCoordinates {
  /** States as they are: the original. */
  RAW,
  /**
   * Each coordinate divided by its standard deviation: that of the language space, which is fitted
   * in these coordinates too, or, if an older space does not know it, of the texts trained on.
   */
  STANDARDISED,
  /**
   * States made uncorrelated, with deviation 1 in every direction, by the texts trained on. Their
   * language space is one of states as they are: see {@link #ofSpace}.
   */
  WHITENED;

  /** Coordinates of the language space that training in these takes, and that probing fits. */
  public LossCoordinates ofSpace() {
    return this == STANDARDISED ? STANDARDISED : RAW;
  }
}
