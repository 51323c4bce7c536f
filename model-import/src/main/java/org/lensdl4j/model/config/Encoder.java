package org.lensdl4j.model.config;

/**
 * What encoders have and decoders do not. Every token attends to all others of its text, so the
 * states of texts that begin alike differ from the first token on.
 *
 * @param padding the padding's id in families whose positions start after it (XLM-R), where a
 *     padding token inside a text keeps that position; -1 where positions begin at 0
 * @param relative whether attention scores have a bias by distance, shared by all layers (MPNet)
 */
public record Encoder(int padding, boolean relative) {

  /** Rows of the positions that no token of a text uses: those up to the padding's. */
  public int unusedPositions() {
    return padding + 1;
  }

  /**
   * The rows of the learned positions of a text.
   *
   * @return one for each id
   */
  public int[] positions(int[] ids) {
    int[] out = new int[ids.length];
    int next = padding + 1;
    for (int i = 0; i < ids.length; i++) {
      out[i] = padding >= 0 && ids[i] == padding ? padding : next++;
    }
    return out;
  }
}
