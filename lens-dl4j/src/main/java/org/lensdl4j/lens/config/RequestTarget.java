package org.lensdl4j.lens.config;

/**
 * What answers to requests for a language are trained towards. With h~ the untouched model's final
 * state of a token and delta_l the direction of the language that is asked for.
 */
public enum RequestTarget {
  /** No requests: parallel texts are trained on. */
  NONE,
  /** h~ + lambda delta_l, of the prompt's last token only: needs no answers. */
  ENDS,
  /** h~ + lambda delta_l, of every token that chooses one of the answer's. */
  STATES,
  /** The same within the specific subspace, what lies outside is free: the paper's separation. */
  SPECIFIC,
  /** The scores of h~ + lambda delta_l: the distance of the trained distribution to that one. */
  SCORES,
  /** The answers themselves: cross-entropy. */
  ANSWERS;

  /** Whether requests are trained on. */
  public boolean isOn() {
    return this != NONE;
  }

  /** Whether requests must have answers. */
  public boolean needsAnswers() {
    return isOn() && this != ENDS;
  }

  /** Whether the model's head is part of the loss. */
  public boolean readsScores() {
    return this == SCORES || this == ANSWERS;
  }
}
