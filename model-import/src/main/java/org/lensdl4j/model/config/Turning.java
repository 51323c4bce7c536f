package org.lensdl4j.model.config;

import java.util.List;

/**
 * How queries and keys are turned where a family does it otherwise than LLaMA.
 *
 * @param pairs whether elements {@code 2i} and {@code 2i + 1} of a head are turned together, not
 *     {@code i} and {@code i + half}: Cohere, GLM, ERNIE
 * @param normedAfter whether norms of queries and keys come after it: Hunyuan
 * @param still which layers do not turn theirs and so do not know positions: SmolLM3; empty for
 *     none
 */
public record Turning(boolean pairs, boolean normedAfter, List<Boolean> still) {
  static final Turning USUAL = new Turning(false, false, List.of());

  public Turning {
    still = still.contains(true) ? List.copyOf(still) : List.of();
  }
}
