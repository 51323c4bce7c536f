package org.lensdl4j.model.config;

import java.util.Optional;

/** The function that the MLP applies to its gate, or to its inner states where it has no gate. */
public enum Activation {
  /** {@code x * sigmoid(x)}. */
  SILU("silu", "swish"),
  /** {@code x * Phi(x)}. */
  GELU("gelu"),
  /** GELU by its approximation with a hyperbolic tangent. */
  GELU_TANH("gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_python_tanh");

  private final String[] names;

  Activation(String... names) {
    this.names = names;
  }

  static Optional<Activation> of(String name) {
    for (Activation a : values()) {
      if (java.util.Arrays.asList(a.names).contains(name)) {
        return Optional.of(a);
      }
    }
    return Optional.empty();
  }
}
