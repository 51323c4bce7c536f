package org.lensdl4j.lab.evaluate.fidelity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a text is in a language: as a whole, in each of its lines, and in its words. After
 * Marchisio et al., "Understanding and Mitigating Language Confusion in LLMs"; here a text passes
 * by words only if it passes by lines, so that each figure is a share of all texts.
 *
 * @param language whether the whole text is identified as the language
 * @param lines whether each line long enough to tell is
 * @param words whether, beside that, a text in another script has no lower-case Latin word of three
 *     letters or more; names and abbreviations begin with a capital
 * @param found the identified language, or {@code ?}
 * @param wrong lines and words that did not pass
 */
public record Fidelity(
    boolean language, boolean lines, boolean words, String found, List<String> wrong) {
  /** Shorter lines are headings, names and numbers: 12 letters, or 4 of scripts that need fewer. */
  private static final int LETTERS = 12;

  private static final int DENSE_LETTERS = 4;

  private static final Set<String> DENSE = Set.of("zh", "ja", "ko");

  /** Languages that are not written in Latin letters. */
  static final Set<String> OTHER_SCRIPTS =
      Set.of(
          "am", "ar", "be", "bg", "bn", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kk", "km",
          "kn", "ko", "lo", "mk", "ml", "mn", "mr", "my", "ne", "or", "pa", "ru", "si", "sr", "ta",
          "te", "th", "uk", "ur", "zh");

  private static final Pattern CODE = Pattern.compile("(?s)```.*?(```|$)|`[^`\\n]*`");
  private static final Pattern LATIN_WORD =
      Pattern.compile("(?<![\\p{IsLatin}\\d_./@-])[a-z]{3,}(?![\\p{IsLatin}\\d_/@]|\\.\\p{Alpha})");

  /**
   * Judges a text. Code between back-quotes is passed over; a text without letters is in no
   * language.
   *
   * @param language as an evaluation names it
   */
  public static Fidelity of(String text, String language, LanguageIdentifier identifier) {
    String code = identifier.code(language);
    String prose = CODE.matcher(text).replaceAll(" ");
    String found = letters(prose) == 0 ? "?" : identifier.identify(prose).orElse("?");
    Set<String> wrong = new LinkedHashSet<>();
    int least = DENSE.contains(code) ? DENSE_LETTERS : LETTERS;
    prose
        .lines()
        .filter(line -> letters(line) >= least)
        .filter(line -> !identifier.identify(line).orElse("?").equals(code))
        .forEach(line -> wrong.add(line.strip()));
    boolean whole = found.equals(code);
    boolean lines = whole && wrong.isEmpty();
    Set<String> foreign = new LinkedHashSet<>();
    if (OTHER_SCRIPTS.contains(code)) {
      Matcher words = LATIN_WORD.matcher(prose);
      while (words.find()) {
        foreign.add(words.group());
      }
    }
    wrong.addAll(foreign);
    return new Fidelity(whole, lines, lines && foreign.isEmpty(), found, new ArrayList<>(wrong));
  }

  private static long letters(String text) {
    return text.codePoints().filter(Character::isLetter).count();
  }
}
