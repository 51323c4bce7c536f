package org.lensdl4j.lens.train;

import java.util.Arrays;
import java.util.List;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
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

  /** The states that enter the trained layers, of all tokens of all instructions. */
  static Boundary boundary(
      TransformerModel model,
      List<EncodedInstruction> items,
      int topLayers,
      StateCache cache,
      Progress progress) {
    return States.of(model, cache)
        .progress("states", progress)
        .texts(items.stream().map(EncodedInstruction::sequence).toList())
        .at(model.config().layers() - topLayers);
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
