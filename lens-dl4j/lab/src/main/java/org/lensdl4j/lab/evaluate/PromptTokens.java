package org.lensdl4j.lab.evaluate;

import java.util.Arrays;
import java.util.Locale;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.PythonStrings;
import org.lensdl4j.model.text.TextTokenizer;

/**
 * Context and continuation as lm-evaluation-harness 0.4.8 turns them into tokens: white space at
 * the context's end goes to the continuation, the continuation's tokens are those of both texts
 * together, after as many as the context has alone, and what is too long is cut on the left. No
 * special tokens, except for Gemma.
 */
final class PromptTokens {
  private final TextTokenizer tokenizer;
  private final boolean special;
  private final int maxPositions;
  private final int prefix;

  PromptTokens(TransformerModel model) {
    tokenizer = model.tokenizer();
    special = model.config().modelType().contains("gemma");
    maxPositions =
        model.config().maxPositions() > 0 ? model.config().maxPositions() : Integer.MAX_VALUE - 1;
    String bos = tokenizer.specialTokens().bos();
    String eos = tokenizer.specialTokens().eos();
    Integer id = bos != null ? tokenizer.id(bos) : eos != null ? tokenizer.id(eos) : null;
    prefix = id == null ? -1 : id;
  }

  /**
   * A sequence and the tokens that it is asked about.
   *
   * @param input what the model reads: all but the continuation's last token
   * @param targets the continuation's tokens; the first is predicted by position {@code
   *     input.length - targets.length}
   */
  record Pair(int[] input, int[] targets) {
    int first() {
      return input.length - targets.length;
    }
  }

  /** The ids of a text. */
  int[] encode(String text) {
    return special ? tokenizer.encodeWithSpecialTokens(text) : tokenizer.encode(text);
  }

  Pair pair(String context, String continuation) {
    int[] before;
    int[] after;
    if (context.isEmpty()) {
      if (prefix < 0) {
        throw new LensException(
            "the tokenizer has neither BOS nor EOS: an empty context cannot be scored");
      }
      before = new int[] {prefix};
      after = encode(continuation);
    } else {
      String bare = PythonStrings.rstrip(context);
      int[] whole = encode(context + continuation);
      before = encode(bare);
      after = Arrays.copyOfRange(whole, Math.min(before.length, whole.length), whole.length);
    }
    if (before.length == 0 || after.length == 0 || after.length > maxPositions) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "context \"%s\" and continuation \"%s\" become %d and %d tokens, expected at least 1 each and at most %d in the continuation",
              shortened(context),
              shortened(continuation),
              before.length,
              after.length,
              maxPositions));
    }
    int[] all = Arrays.copyOf(before, before.length + after.length);
    System.arraycopy(after, 0, all, before.length, after.length);
    int from = (int) Math.max(0, all.length - (maxPositions + 1L));
    return new Pair(Arrays.copyOfRange(all, from, all.length - 1), after);
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : "..." + text.substring(text.length() - 60);
  }
}
