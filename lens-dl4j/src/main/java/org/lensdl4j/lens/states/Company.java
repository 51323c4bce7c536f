package org.lensdl4j.lens.states;

import java.util.List;
import org.lensdl4j.model.text.TokenSequence;

/**
 * Texts that go through the layers together, in this order. A text's states depend on the others
 * and on where it stands among them by 32-bit rounding (docs/adr/0015), so they are kept under the
 * name of all of them.
 */
final class Company {
  private final List<TokenSequence> texts;
  private final String name;

  Company(List<TokenSequence> asked) {
    texts = List.copyOf(asked);
    name = StateCache.key("together", "", 0, texts);
  }

  /** In the order in which they go through the layers. */
  List<TokenSequence> texts() {
    return texts;
  }

  int size() {
    return texts.size();
  }

  long tokens() {
    return texts.stream().mapToLong(TokenSequence::length).sum();
  }

  /** The same for the same texts in the same order. */
  String name() {
    return name;
  }
}
