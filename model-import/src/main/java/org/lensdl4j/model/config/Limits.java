package org.lensdl4j.model.config;

import java.util.Locale;
import org.lensdl4j.model.base.ModelFormatException;

/** Bounds that keep a damaged or hostile description from requesting absurd amounts of memory. */
final class Limits {
  static final int WIDTH = 1 << 20;
  static final int HEADS = 1 << 14;
  static final int LAYERS = 1 << 12;
  static final int VOCABULARY = 1 << 24;

  private Limits() {}

  /**
   * Checks how the numbers of a description go together.
   *
   * @param headDimGiven whether the file says the size of a head itself
   */
  static void check(String source, ModelConfig c, boolean headDimGiven) {
    if (c.heads() % c.keyValueHeads() != 0) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: %d query heads are no multiple of %d key/value heads",
              source,
              c.heads(),
              c.keyValueHeads()));
    }
    if (!headDimGiven && c.hiddenSize() % c.heads() != 0) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: a hidden size of %d is no multiple of %d heads",
              source,
              c.hiddenSize(),
              c.heads()));
    }
    boolean turns = c.structure().positions() == Positions.ROTARY;
    if ((turns && c.rotaryDim() % 2 != 0) || (long) c.heads() * c.headDim() > WIDTH) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: %d heads of size %d; the size must be even and the product at most %d",
              source,
              c.heads(),
              c.headDim(),
              WIDTH));
    }
    Rotary rotary = c.rotary();
    if (rotary.scaling() == Rotary.Scaling.LONGROPE
        && (rotary.shortDivisors().size() != c.rotaryDim() / 2
            || rotary.longDivisors().size() != c.rotaryDim() / 2)) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "%s: longrope with %d short and %d long factors; expected %d",
              source,
              rotary.shortDivisors().size(),
              rotary.longDivisors().size(),
              c.rotaryDim() / 2));
    }
    for (int end : c.eosTokens()) {
      if (end >= c.vocabSize()) {
        throw new ModelFormatException(
            String.format(
                Locale.ROOT,
                "%s: eos_token_id %d is outside of the vocabulary of %d",
                source,
                end,
                c.vocabSize()));
      }
    }
  }
}
