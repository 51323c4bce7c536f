package org.lensdl4j.lab.evaluate.fidelity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The verdict of the Language Confusion Benchmark on one answer (Marchisio et al., "Understanding
 * and Mitigating Language Confusion in LLMs", arXiv 2406.20052): its lines of at least {@value
 * #WORDS} words are judged, each must be in the language, and then, in languages of another script,
 * no word may be English. The benchmark's own scorer asks fastText, jieba, MeCab and a list of
 * English words; this one asks a {@link LanguageIdentifier}, counts words by scripts ({@link
 * LineWords}) and has the same list.
 *
 * @param outcome of the whole answer
 * @param found the language of the whole answer, or {@code ?} where it cannot be told
 * @param lines how many lines were judged
 * @param wrongLines those in another language, as they are in the answer
 * @param wrongWords English words in lines that were judged; none where the language is written in
 *     Latin letters, because there they cannot be told from its own
 */
public record Confusion(
    Outcome outcome, String found, int lines, List<String> wrongLines, List<String> wrongWords) {
  /** Shorter lines are headings, names and numbers. */
  private static final int WORDS = 5;

  /** The most Chinese characters that nobody can tell from Japanese ones. */
  private static final int EITHER = 4;

  private static final Set<String> EITHER_LANGUAGE = Set.of("zh", "ja");

  private static final String NONE = "?";

  /** What the benchmark takes out before it looks: ASCII punctuation and the Arabic comma. */
  private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~،]");

  /** How an answer ends. */
  public enum Outcome {
    /** Every judged line is in the language, and no word is English. */
    PASS,
    /** A line is in another language. */
    LINE,
    /** All lines are in the language, and a word is English. */
    WORD,
    /** There is no line that is long enough to judge. */
    SKIPPED
  }

  public Confusion {
    wrongLines = List.copyOf(wrongLines);
    wrongWords = List.copyOf(wrongWords);
  }

  /**
   * Judges an answer. What follows a line that begins with {@code Q:} is left out, as in the
   * benchmark: there the model went on with a question of its own.
   *
   * @param language as an evaluation names it
   */
  public static Confusion of(String text, String language, LanguageIdentifier identifier) {
    String code = identifier.code(language);
    String kept = kept(text);
    String answer = normalised(kept);
    String[] whole = kept.split("\n", -1);
    List<String> wrongLines = new ArrayList<>();
    Set<String> english = new LinkedHashSet<>();
    int judged = 0;
    for (String given : whole) {
      String line = normalised(given);
      List<String> words = LineWords.of(line, code);
      if (words.size() < WORDS || !tells(line)) {
        continue;
      }
      judged++;
      if (!identifier.identify(line).orElse(NONE).equals(code)) {
        wrongLines.add(given.strip());
      }
      words.stream().filter(EnglishWords::contains).forEach(english::add);
    }
    if (!Fidelity.OTHER_SCRIPTS.contains(code)) {
      english.clear();
    }
    Outcome outcome =
        judged == 0
            ? Outcome.SKIPPED
            : !wrongLines.isEmpty()
                ? Outcome.LINE
                : english.isEmpty() ? Outcome.PASS : Outcome.WORD;
    return new Confusion(
        outcome, found(answer, code, identifier), judged, wrongLines, new ArrayList<>(english));
  }

  private static String found(String answer, String code, LanguageIdentifier identifier) {
    if (letters(answer) == 0) {
      return NONE;
    }
    // Who asks in Chinese or Japanese and gets a name in Chinese characters is not confused.
    return isEither(answer) && EITHER_LANGUAGE.contains(code)
        ? code
        : identifier.identify(answer).orElse(NONE);
  }

  /** Whether the whole answer is in the language. */
  public boolean isIn(String language, LanguageIdentifier identifier) {
    return found.equals(identifier.code(language));
  }

  private static String kept(String text) {
    int next = text.indexOf("\nQ:");
    return (next < 0 ? text : text.substring(0, next)).strip();
  }

  private static String normalised(String text) {
    return PUNCTUATION.matcher(text).replaceAll("").replace('—', ' ');
  }

  /**
   * Whether a line is in a language that can be told. Numbers are in none, though fastText guesses
   * one; a few Chinese characters without kana may be Japanese as well.
   */
  private static boolean tells(String line) {
    return letters(line) > 0 && !isEither(line);
  }

  /** Whether a text is of so few Chinese characters that it may be Japanese or Chinese. */
  private static boolean isEither(String text) {
    long chinese = text.codePoints().filter(Character::isIdeographic).count();
    long latin = text.codePoints().filter(c -> c < 0x80 && Character.isLetter(c)).count();
    return chinese > 0 && chinese <= EITHER && latin <= chinese && chinese + latin == letters(text);
  }

  private static long letters(String text) {
    return text.codePoints().filter(Character::isLetter).count();
  }
}
