package org.lensdl4j.model.base;

import java.util.ArrayList;
import java.util.List;

/**
 * White space as Python defines it: other than in Java, no-break spaces and the control characters
 * FS to US count.
 */
public final class PythonStrings {
  private PythonStrings() {}

  /** {@code text.strip()}. */
  public static String strip(String text) {
    return lstrip(rstrip(text));
  }

  /** {@code text.lstrip()}. */
  public static String lstrip(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  /** {@code text.rstrip()}. */
  public static String rstrip(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** {@code text.split()}: what stands between white space. */
  public static List<String> split(String text) {
    List<String> out = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isSpace(text.charAt(i))) {
        if (i > start) {
          out.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return out;
  }

  /** {@code c.isspace()}; all such characters are in the basic plane. */
  public static boolean isSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= ' ')
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }
}
