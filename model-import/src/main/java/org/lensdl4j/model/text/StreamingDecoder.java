package org.lensdl4j.model.text;

import java.util.Arrays;

/**
 * Turns ids that arrive one by one into text, holding back incomplete characters: a character of
 * several tokens comes out with its last token. All pieces together, {@link #flush} included, are
 * the text that {@link TextTokenizer#decode(int[], boolean)} gives for all ids.
 *
 * <p>Not thread-safe; one decoder per text.
 */
public final class StreamingDecoder {
  private final TextTokenizer tokenizer;
  private int[] ids = new int[64];
  private int length;
  private int start; // tokens from here are decoded again, so that spaces come out as in one piece
  private int done; // tokens before this have been put out

  StreamingDecoder(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Takes the next id.
   *
   * @return the text that became complete; empty if none did. Special tokens have no text.
   */
  public String next(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = id;
    String before = text(done);
    String now = text(length);
    if (now.length() <= before.length() || now.endsWith("\uFFFD")) {
      return "";
    }
    start = done;
    done = length;
    return now.substring(before.length());
  }

  /**
   * The rest, with U+FFFD for characters that stayed incomplete; the decoder must not be used
   * afterwards.
   */
  public String flush() {
    String rest = text(length).substring(text(done).length());
    start = length;
    done = length;
    return rest;
  }

  private String text(int end) {
    return tokenizer.decode(Arrays.copyOfRange(ids, start, end), true);
  }
}
