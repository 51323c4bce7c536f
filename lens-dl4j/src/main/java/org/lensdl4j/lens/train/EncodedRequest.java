package org.lensdl4j.lens.train;

import java.util.List;
import org.lensdl4j.model.text.TokenSequence;

/**
 * A request in tokens.
 *
 * @param language that it asks for, by its place among the run's
 * @param ids the prompt's, then the answer's; of its end only the prompt's
 * @param from positions of the tokens that are trained on, in order
 */
record EncodedRequest(int language, int[] ids, int[] from) {
  /** Of the prompt's last token only. */
  static EncodedRequest end(int language, int[] prompt) {
    return new EncodedRequest(language, prompt, new int[] {prompt.length - 1});
  }

  /** Of every token that chooses one of the answer's. */
  static EncodedRequest answer(int language, EncodedInstruction answered) {
    return new EncodedRequest(language, answered.ids(), answered.from());
  }

  static List<TokenSequence> texts(List<EncodedRequest> items) {
    return items.stream().map(i -> TokenSequence.of(i.ids)).toList();
  }

  /** The token that follows one that is trained on; of a prompt's end any. */
  int next(int position) {
    return position + 1 < ids.length ? ids[position + 1] : 0;
  }
}
