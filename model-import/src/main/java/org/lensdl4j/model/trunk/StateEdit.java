package org.lensdl4j.model.trunk;

/**
 * Changes hidden states on their way through a model's layers: steering, for example. The layers
 * above read what it leaves.
 *
 * <p>Called by several threads at once.
 */
public interface StateEdit {
  /** Changes nothing. */
  StateEdit NONE =
      new StateEdit() {
        @Override
        public int lowest() {
          return Integer.MAX_VALUE;
        }

        @Override
        public boolean changes(int layer) {
          return false;
        }

        @Override
        public void apply(int layer, int position, boolean answer, float[] rows, int at) {}
      };

  /** The lowest layer, from 1, whose states it changes. */
  int lowest();

  /**
   * Whether it changes the states of a layer, 1 to K; those of layer K are after the final norm.
   */
  boolean changes(int layer);

  /**
   * Changes one state in place.
   *
   * @param layer whose state it is
   * @param position of the token in its text, from 0
   * @param answer whether the token after this one belongs to the answer: true from the prompt's
   *     last token on
   * @param rows holds the state {@code [d]}
   * @param at where it begins
   */
  void apply(int layer, int position, boolean answer, float[] rows, int at);
}
