package org.lensdl4j.model.graph;

import java.util.Locale;

/**
 * A point of a graph where hidden states can be read.
 *
 * @param name for people, such as {@code layer 3}
 * @param variable the name of the graph's variable, {@code [batch, seq, hidden]} or {@code [batch,
 *     hidden]}
 */
public record Tap(String name, String variable) {
  public Tap {
    if (name.isEmpty() || variable.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "found tap '%s' at '%s', expected two names", name, variable));
    }
  }

  /** A tap that is called as its variable. */
  public static Tap of(String variable) {
    return new Tap(variable, variable);
  }
}
