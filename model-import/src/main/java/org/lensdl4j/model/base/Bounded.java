package org.lensdl4j.model.base;

import java.util.Locale;

/** Messages that quote what stands in people's files, which may be a megabyte. */
public final class Bounded {
  private static final int MOST = 3000;
  private static final int END = 300;

  private Bounded() {}

  /** A message, without its middle if it is long. */
  public static String message(String text) {
    if (text == null || text.length() <= MOST) {
      return text;
    }
    int from = whole(text, MOST - END);
    int to = whole(text, text.length() - END);
    return String.format(
        Locale.ROOT,
        "%s ... (%d more characters) ... %s",
        text.substring(0, from),
        to - from,
        text.substring(to));
  }

  /** Not between the halves of a character. */
  private static int whole(String text, int at) {
    return Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }
}
