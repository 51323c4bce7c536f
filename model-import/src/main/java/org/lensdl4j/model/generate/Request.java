package org.lensdl4j.model.generate;

import org.lensdl4j.model.trunk.StateEdit;

/**
 * One text to generate.
 *
 * @param prompt at least one token
 * @param sampling how tokens are chosen, with a seed of this text's own
 * @param maxTokens the most tokens to generate
 * @param listener hears them
 * @param edit changes the model's states for this text, or null; must not change itself
 */
public record Request(
    int[] prompt, Sampling sampling, int maxTokens, TokenListener listener, StateEdit edit) {

  /** Without listener and edit. */
  public Request(int[] prompt, Sampling sampling, int maxTokens) {
    this(prompt, sampling, maxTokens, TokenListener.NONE, null);
  }

  /** The same with a listener. */
  public Request heardBy(TokenListener other) {
    return new Request(prompt, sampling, maxTokens, other, edit);
  }

  /** The same with other states. */
  public Request edited(StateEdit other) {
    return new Request(prompt, sampling, maxTokens, listener, other);
  }
}
