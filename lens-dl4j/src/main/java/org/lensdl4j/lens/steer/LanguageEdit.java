package org.lensdl4j.lens.steer;

import org.lensdl4j.model.trunk.StateEdit;

/** What is done to the states of texts, by the language that they are in or are to be in. */
public interface LanguageEdit {
  /** Does nothing in any language. */
  LanguageEdit NONE =
      new LanguageEdit() {
        @Override
        public int lowest() {
          return Integer.MAX_VALUE;
        }

        @Override
        public StateEdit in(String language) {
          return StateEdit.NONE;
        }
      };

  /** The lowest layer, from 1, whose states are changed in some language. */
  int lowest();

  /**
   * What is done to states of a language.
   *
   * @throws org.lensdl4j.model.base.LensException if nothing is known of the language
   */
  StateEdit in(String language);
}
