package org.lensdl4j.lens.states;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.lensdl4j.model.text.TokenSequence;

/**
 * Texts that go through the layers together, in an order of their own. A text's states depend on
 * the others by 32-bit rounding (docs/adr/0015), so they are kept under the name of the whole set;
 * the order makes the name that of the set, whoever asks for it in which order.
 */
final class Company {
  private static final Comparator<TokenSequence> ORDER =
      Comparator.<TokenSequence, int[]>comparing(TokenSequence::ids, Arrays::compare)
          .thenComparingInt(TokenSequence::padPosition);

  private final List<TokenSequence> texts;
  private final int[] place;
  private final String name;

  Company(List<TokenSequence> asked) {
    int[] order =
        IntStream.range(0, asked.size())
            .boxed()
            .sorted(Comparator.comparing(asked::get, ORDER))
            .mapToInt(i -> i)
            .toArray();
    texts = IntStream.of(order).mapToObj(asked::get).toList();
    place = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      place[order[i]] = i;
    }
    name = StateCache.key("together", "", 0, texts);
  }

  /** In the order in which they go through the layers. */
  List<TokenSequence> texts() {
    return texts;
  }

  /** Where among {@link #texts} each text is that was asked for. */
  int[] place() {
    return place;
  }

  int size() {
    return place.length;
  }

  long tokens() {
    return texts.stream().mapToLong(TokenSequence::length).sum();
  }

  /** The same for the same texts in any order. */
  String name() {
    return name;
  }

  /** Rows of {@link #texts} in the order that was asked for. */
  float[][] asked(float[][] rows) {
    return IntStream.of(place).mapToObj(i -> rows[i]).toArray(float[][]::new);
  }
}
