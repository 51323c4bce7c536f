package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * States of held-out parallel texts at one layer; row i of every language is the same text.
 *
 * @param last per language, the central one among them, the states of the last real tokens {@code
 *     [texts][hidden]}
 * @param centralMean the central texts' states averaged over their real tokens, {@code
 *     [texts][hidden]}
 */
public record HeldOutStates(Map<String, float[][]> last, float[][] centralMean) {
  /** Checks that the rows are parallel. */
  public HeldOutStates {
    last = new LinkedHashMap<>(last);
    int texts = centralMean.length;
    last.forEach(
        (language, states) -> {
          if (states.length != texts || texts == 0) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "found %d texts of %s and %d central means, expected as many, at least 1",
                    states.length,
                    language,
                    texts));
          }
        });
  }
}
