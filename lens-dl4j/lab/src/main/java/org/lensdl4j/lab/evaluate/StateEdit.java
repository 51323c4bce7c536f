package org.lensdl4j.lab.evaluate;

import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.base.LensException;

/** Changes final states (after the final norm) before the head reads them: method, section 5. */
public interface StateEdit {
  /** Leaves states as they are. */
  StateEdit NONE = language -> state -> {};

  /** A change in place of one state {@code [d]}. */
  @FunctionalInterface
  interface OfState {
    /** Changes the state. */
    void apply(float[] state);
  }

  /**
   * What to do to states of texts in a language.
   *
   * @throws LensException if nothing is known of the language
   */
  OfState in(String language);

  /** {@code steer}: h + lambda delta_l. A constant bias of the logits. */
  static StateEdit steer(LanguageSpace space, double lambda) {
    return language -> {
      double[] delta = space.direction(space.layers(), language);
      return state -> {
        for (int i = 0; i < state.length; i++) {
          state[i] += (float) (lambda * delta[i]);
        }
      };
    };
  }

  /** {@code project}: h - lambda P_S h, in every language. */
  static StateEdit project(LanguageSpace space, double lambda) {
    int layer = space.layers();
    return language ->
        state -> {
          double[] part = space.projectSpecific(layer, state);
          for (int i = 0; i < state.length; i++) {
            state[i] -= (float) (lambda * part[i]);
          }
        };
  }
}
