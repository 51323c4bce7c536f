package org.lensdl4j.lens.steer;

import java.util.Locale;

/**
 * Whose states are moved. Below the last layer never the first token's: what all later tokens rest
 * their attention on is no word.
 */
public enum SteeringTokens {
  /** All. */
  BOTH,
  /** Those before the one that the answer's first token is chosen from. */
  PROMPT,
  /** Those that the answer's tokens are chosen from: from the prompt's last token on. */
  ANSWER;

  boolean has(boolean answer) {
    return this == BOTH || answer == (this == ANSWER);
  }

  /** As files and options call it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
