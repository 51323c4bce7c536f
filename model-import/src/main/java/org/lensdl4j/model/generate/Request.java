package org.lensdl4j.model.generate;

import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Variant;

/**
 * One text to generate.
 *
 * @param prompt at least one token
 * @param sampling how tokens are chosen, with a seed of this text's own
 * @param maxTokens the most tokens to generate
 * @param listener hears them
 * @param edit changes the model's states for this text, or null; must not change itself
 * @param variant of the generator's weights, or null for these themselves
 */
public record Request(
    int[] prompt,
    Sampling sampling,
    int maxTokens,
    TokenListener listener,
    StateEdit edit,
    Variant variant) {

  /** By the generator's own weights, without listener and edit. */
  public Request(int[] prompt, Sampling sampling, int maxTokens) {
    this(prompt, sampling, maxTokens, TokenListener.NONE, null, null);
  }

  /** The same with a listener. */
  public Request heardBy(TokenListener other) {
    return new Request(prompt, sampling, maxTokens, other, edit, variant);
  }

  /** The same with other states. */
  public Request edited(StateEdit other) {
    return new Request(prompt, sampling, maxTokens, listener, other, variant);
  }

  /** The same by a variant of the generator's weights. */
  public Request by(Variant other) {
    return new Request(prompt, sampling, maxTokens, listener, edit, other);
  }
}
