package org.lensdl4j.lab.measure;

import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.text.TokenSequence;

/**
 * A held-out text as a prompt, with the place of its own tokens.
 *
 * @param prompt the whole prompt
 * @param from position of the text's first own token
 * @param to position behind the text's last own token
 * @param bytes UTF-8 bytes that the own tokens stand for
 */
public record HeldOutText(TokenSequence prompt, int from, int to, int bytes) {

  /**
   * A text too long is cut between characters until its prompt is whole, so that its bytes can be
   * counted and the assistant header stays.
   */
  public static HeldOutText of(String text, TextTokenizer tokenizer, PromptEncoder encoder) {
    String whole = text.strip();
    int room = encoder.maxTokens() - encoder.headLength() - encoder.tailLength();
    int keep = whole.length();
    if (tokenizer.encode(whole).length > room) {
      int least = 0;
      while (least < keep) {
        int middle = (least + keep + 1) >>> 1;
        if (tokenizer.encode(cut(whole, middle)).length <= room) {
          least = middle;
        } else {
          keep = middle - 1;
        }
      }
    }
    String kept = cut(whole, keep);
    if (kept.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "measuring: no character of a text fits into %d tokens, expected a larger trainMaxTokens",
              encoder.maxTokens()));
    }
    TokenSequence prompt = encoder.encode(kept);
    return new HeldOutText(
        prompt,
        encoder.headLength(),
        prompt.length() - encoder.tailLength(),
        BitsPerByte.bytes(kept));
  }

  /** The first characters, no surrogate pair torn apart. */
  private static String cut(String text, int length) {
    boolean torn =
        length > 0 && length < text.length() && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, torn ? length - 1 : length);
  }
}
