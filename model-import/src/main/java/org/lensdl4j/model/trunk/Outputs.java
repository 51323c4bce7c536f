package org.lensdl4j.model.trunk;

/** The hidden states that are needed of the last layer of a pass. */
public enum Outputs {
  /** The states of all tokens. */
  ALL_TOKENS,
  /**
   * Only the state of each text's last token: keys and values are computed for all tokens, but
   * query, attention output and MLP for one token a text.
   */
  LAST_TOKEN
}
