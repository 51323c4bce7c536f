package org.lensdl4j.lens.train;

import java.util.Arrays;
import org.lensdl4j.model.text.TokenSequence;

/**
 * An instruction in tokens.
 *
 * @param ids the prompt's, then the response's
 * @param promptLength tokens before the response, at least 1
 */
record EncodedInstruction(int[] ids, int promptLength) {
  TokenSequence sequence() {
    return TokenSequence.of(ids);
  }

  int responseLength() {
    return ids.length - promptLength;
  }

  /** Positions whose next token is learned: from the prompt's last to the last but one. */
  int[] from() {
    int[] out = new int[responseLength()];
    Arrays.setAll(out, i -> promptLength - 1 + i);
    return out;
  }

  /** The tokens that are learned. */
  int[] labels() {
    return Arrays.copyOfRange(ids, promptLength, ids.length);
  }
}
