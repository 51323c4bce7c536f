package org.lensdl4j.model.trunk;

/**
 * Consecutive tokens of one text inside a batch.
 *
 * @param text number of the text, -1 for the tokens that all texts share
 * @param row the first token's row in the batch
 * @param count number of tokens
 * @param start position of the first token
 * @param padPosition position of the last token if it is a pad, which sees all tokens before it but
 *     not itself; else -1
 * @param endsText whether the text's last token is among these
 * @param longText whether the text is so long that it takes the rotary frequencies of long texts
 */
record Segment(
    int text, int row, int count, int start, int padPosition, boolean endsText, boolean longText) {

  /** The same tokens as another text's, in other rows. */
  Segment moved(int otherText, int otherRow) {
    return new Segment(otherText, otherRow, count, start, padPosition, endsText, longText);
  }

  /** Tokens that others can see. */
  int realTokens() {
    return padPosition >= 0 ? count - 1 : count;
  }

  int lastPosition() {
    return padPosition >= 0 ? padPosition : start + count - 1;
  }
}
