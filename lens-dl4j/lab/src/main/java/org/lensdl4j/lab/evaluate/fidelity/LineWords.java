package org.lensdl4j.lab.evaluate.fidelity;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line cut into words, to count them and to find Latin ones. Between spaces in most languages.
 * Chinese and Japanese have none, and the Language Confusion Benchmark has jieba and MeCab cut
 * them; here runs of one script are words, and of a run of Chinese characters or hiragana only the
 * number of words is estimated from the mean length of words that those two find.
 */
final class LineWords {
  private static final double IDEOGRAPHS = 1.7;
  private static final double HIRAGANA = 1.5;

  /** As jieba: letters and digits together, every space and every sign a word. */
  private static final Pattern CHINESE = Pattern.compile("[A-Za-z0-9]+|\\p{IsHan}+|(?s:.)");

  /** As MeCab with UniDic: letters together, every digit and every sign a word, spaces none. */
  private static final Pattern JAPANESE =
      Pattern.compile("[A-Za-z]+|\\p{IsHan}+|\\p{IsHiragana}+|[\\p{IsKatakana}ー]+|\\S");

  private static final Pattern UNSPACED = Pattern.compile("[\\p{IsHan}\\p{IsHiragana}]");

  private LineWords() {}

  /**
   * The words of a line. Those that are only counted are empty.
   *
   * @param code ISO 639-1
   */
  static List<String> of(String line, String code) {
    boolean chinese = code.equals("zh");
    List<String> out = new ArrayList<>();
    if (!chinese && !code.equals("ja")) {
      for (String word : line.isBlank() ? new String[0] : line.strip().split("(?U)\\s+")) {
        out.addAll(UNSPACED.matcher(word).find() ? of(word, "ja") : List.of(word));
      }
      return out;
    }
    Matcher runs = (chinese ? CHINESE : JAPANESE).matcher(line);
    while (runs.find()) {
      String run = runs.group();
      double each = each(run.codePointAt(0));
      if (each == 0) {
        out.add(run);
        continue;
      }
      int length = run.codePointCount(0, run.length());
      for (long n = Math.max(1, Math.round(length / each)); n > 0; n--) {
        out.add("");
      }
    }
    return out;
  }

  private static double each(int first) {
    return switch (Character.UnicodeScript.of(first)) {
      case HAN -> IDEOGRAPHS;
      case HIRAGANA -> HIRAGANA;
      default -> 0;
    };
  }
}
