package org.lensdl4j.lens.corpus;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How languages are called in English, the same with every version of Java. */
public final class LanguageNames {
  /** Java 17 says Bangla, which models know less well; others have changed before. */
  private static final Map<String, String> OURS = Map.of("bn", "Bengali");

  private LanguageNames() {}

  /**
   * The English name of a language.
   *
   * @param code such as {@code sw} or {@code pt_BR}
   * @return empty if nobody knows it
   */
  public static Optional<String> english(String code) {
    Locale locale = Locale.forLanguageTag(code.replace('_', '-'));
    String ours = OURS.get(locale.getLanguage());
    String name = ours == null ? locale.getDisplayLanguage(Locale.ENGLISH) : ours;
    boolean known = !name.isEmpty() && !name.equals(locale.getLanguage());
    return known ? Optional.of(name) : Optional.empty();
  }
}
