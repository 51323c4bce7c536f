package org.lensdl4j.model.trunk;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A text that a {@link TokenDecoder} reads: its tokens, what changes its states, and the keys and
 * values of the tokens read so far.
 */
public final class DecodedText {
  final int promptLength;
  final Variant variant;
  final StateEdit edit;
  // By layer; their lengths are equal between calls.
  final List<KeyValues> caches;
  // Of the last token, after the final norm and the edit.
  final float[] state;
  // Whether what was read was read with the rotary frequencies of long texts.
  boolean longText;
  private int[] tokens;
  private int length;

  DecodedText(
      int[] prompt, Variant variant, StateEdit edit, List<KeyValues> caches, int hiddenSize) {
    this.variant = variant;
    tokens = prompt.clone();
    length = prompt.length;
    promptLength = prompt.length;
    this.edit = edit;
    this.caches = caches;
    state = new float[hiddenSize];
  }

  /** Number of its tokens, whether they have been read or not. */
  public int length() {
    return length;
  }

  /** Number of tokens whose keys and values are there. */
  int read() {
    return caches.get(0).length;
  }

  int pending() {
    return length - read();
  }

  int[] unread(int count) {
    return Arrays.copyOfRange(tokens, read(), read() + count);
  }

  void add(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
  }

  /** What changes its states of a layer, or null. */
  StateEdit editOf(int layer) {
    return edit != null && edit.changes(layer) ? edit : null;
  }

  /** Whether nothing has been appended to the prompt. */
  boolean isPrompt() {
    return length == promptLength;
  }

  /** Its tokens, to be compared. */
  IntBuffer content() {
    return IntBuffer.wrap(tokens, 0, length);
  }

  /** Forgets what was read after the first tokens. */
  void cut(int read) {
    caches.forEach(cache -> cache.length = read);
  }

  /**
   * How many of a prompt's first tokens this has read as they would be read for the prompt. At
   * least one token of the prompt is left, because its state is needed.
   */
  int shared(int[] prompt, Variant other, StateEdit change, boolean isLong) {
    if (isLong != longText || other != variant || !Objects.equals(edit, change)) {
      return 0;
    }
    // An edit may treat an answer's tokens otherwise than the same tokens of a prompt.
    int usable = edit == null ? read() : Math.min(read(), promptLength - 1);
    int most = Math.min(usable, prompt.length - 1);
    int mismatch = Arrays.mismatch(tokens, 0, most, prompt, 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /** How many of their first tokens two texts have in common, the last of each left out. */
  int common(DecodedText other, int most) {
    int n = Math.min(most, Math.min(promptLength, other.promptLength) - 1);
    int mismatch = Arrays.mismatch(tokens, 0, n, other.tokens, 0, n);
    return mismatch < 0 ? n : mismatch;
  }
}
