package org.lensdl4j.model.text;

/**
 * One text as the model reads it.
 *
 * @param ids token ids, first token at position 0
 * @param padPosition -1 normally. With a value >= 0 the last id is a padding token that stands at
 *     this position and sees all tokens before it but not itself: what a right-padded batch yields
 *     at index -1, needed only to reproduce the original code ({@code compat}, method.md section 4)
 */
public record TokenSequence(int[] ids, int padPosition) {

  /** An ordinary sequence. */
  public static TokenSequence of(int... ids) {
    return new TokenSequence(ids, -1);
  }

  /** Number of tokens, a padding token included. */
  public int length() {
    return ids.length;
  }
}
