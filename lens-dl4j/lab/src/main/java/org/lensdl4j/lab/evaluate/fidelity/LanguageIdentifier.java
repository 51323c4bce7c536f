package org.lensdl4j.lab.evaluate.fidelity;

import java.util.Optional;

/** Says in which language a text is. */
public interface LanguageIdentifier {
  /** The language of a text as an ISO 639-1 code; empty if it cannot be told. */
  Optional<String> identify(String text);

  /** Whether a language, as an evaluation names it, can be told from others. */
  boolean knows(String language);

  /** The ISO 639-1 code of a language as an evaluation names it: {@code eng_Latn} is {@code en}. */
  default String code(String language) {
    return LanguageCodes.iso(language);
  }
}
