package org.lensdl4j.lab.report;

import java.util.IllformedLocaleException;
import java.util.Locale;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lens.corpus.LanguageNames;

/** Names of languages by their codes. */
final class Languages {
  private Languages() {}

  /** Like "Swahili (sw)"; the code alone if nobody knows it. */
  static String name(String code) {
    if (code.equals(Figure.POOLED)) {
      return "other languages";
    }
    return LanguageNames.english(code).map(name -> name + " (" + code + ")").orElse(code);
  }

  /** A value for the attribute lang, or "". */
  static String tag(String code) {
    try {
      String tag =
          new Locale.Builder().setLanguageTag(code.replace('_', '-')).build().toLanguageTag();
      return tag.equals("und") ? "" : tag;
    } catch (IllformedLocaleException e) {
      return "";
    }
  }
}
