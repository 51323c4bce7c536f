package org.lensdl4j.lab.evaluate.fidelity;

import java.util.Locale;
import java.util.Map;

/** Names of languages in data sets, as ISO 639-1 codes. */
public final class LanguageCodes {
  private static final Map<String, String> OTHERS =
      Map.of("jp", "ja", "arb", "ar", "swh", "sw", "cmn", "zh", "npi", "ne", "est", "et");

  private LanguageCodes() {}

  /** The ISO 639-1 code of a name; the name itself, in lower case, if there is none. */
  public static String iso(String language) {
    String base = language.split("[_-]", 2)[0].toLowerCase(Locale.ROOT);
    if (OTHERS.containsKey(base)) {
      return OTHERS.get(base);
    }
    if (base.length() == 3) {
      for (String two : Locale.getISOLanguages()) {
        if (Locale.forLanguageTag(two).getISO3Language().equals(base)) {
          return two;
        }
      }
    }
    return base;
  }
}
