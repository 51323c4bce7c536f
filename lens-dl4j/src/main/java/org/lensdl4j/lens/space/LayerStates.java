package org.lensdl4j.lens.space;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The states of all probed texts at one layer, during probing.
 *
 * @param layer 1..K
 * @param languages in the order of the states
 * @param central the language that directions start from
 * @param states {@code [L][texts][d]}; not to be changed, and not to be kept if memory is short
 * @param parallel whether text i says the same in every language
 */
public record LayerStates(
    int layer, List<String> languages, String central, float[][][] states, boolean parallel) {

  /** Checks the sizes. */
  public LayerStates {
    if (languages.size() != states.length || !languages.contains(central)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "states of %d languages for %s with central %s, expected one of each",
              states.length,
              languages,
              central));
    }
    for (float[][] own : states) {
      if (own.length == 0 || parallel && own.length != states[0].length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "layer %d: found %s texts, expected some%s",
                layer,
                counts(states),
                parallel ? " and as many of each" : ""));
      }
    }
    languages = List.copyOf(languages);
  }

  private static String counts(float[][][] states) {
    return IntStream.range(0, states.length)
        .mapToObj(l -> String.valueOf(states[l].length))
        .collect(Collectors.joining(", "));
  }

  /** d. */
  public int hiddenSize() {
    return states[0][0].length;
  }

  /** Texts of one language. */
  public int texts(int language) {
    return states[language].length;
  }

  /** Is shown each layer's states. */
  @FunctionalInterface
  public interface Visitor {
    /** Called for layers 1 to K in this order. */
    void visit(LayerStates states);
  }
}
