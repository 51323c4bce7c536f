package org.lensdl4j.lab.evaluate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lensdl4j.model.base.PythonStrings;

/** The number in an answer, as lm-evaluation-harness's mgsm_direct extracts and compares it. */
final class NumberAnswer {
  private static final Pattern NUMBER = Pattern.compile("(-?[$0-9.,]{2,})|(-?[0-9]+)");
  private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

  private NumberAnswer() {}

  /** The last number of an answer; {@code [invalid]} if there is none. */
  public static String last(String answer) {
    Matcher matcher = NUMBER.matcher(answer);
    String last = "[invalid]";
    while (matcher.find()) {
      last = matcher.group();
    }
    return last;
  }

  /** Whether two are equal but for case, ASCII punctuation and white space before the first. */
  public static boolean equal(String answer, String gold) {
    return normal(PythonStrings.lstrip(answer)).equals(normal(gold));
  }

  private static String normal(String text) {
    return PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
  }
}
