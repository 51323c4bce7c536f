package org.lensdl4j.model.trunk;

/** Which hidden states the last layer of a pass has to yield. */
public enum Outputs {
  /** The states of all tokens. */
  ALL_TOKENS,
  /**
   * Only the state of each text's last token: keys and values are computed for all tokens, but
   * query, attention output and MLP for one token a text.
   */
  LAST_TOKEN
}
