package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.base.PythonStrings;

/** Strings as Python has them: by code points. */
final class Text {
  private Text() {}

  /** Order by code points, which is not that of UTF-16. */
  static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
        return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** {@code text[from:to]}, both within the text. */
  static String slice(String text, int from, int to) {
    int start = text.offsetByCodePoints(0, from);
    return text.substring(start, text.offsetByCodePoints(start, to - from));
  }

  /** {@code part * n}. */
  static String repeat(Run run, String part, long n) {
    if (n <= 0 || part.isEmpty()) {
      return "";
    }
    run.text(n > Integer.MAX_VALUE ? -1 : n * part.length());
    return part.repeat((int) n);
  }

  /** {@code separator.join(parts)}. */
  static String join(Run run, String separator, List<String> parts) {
    long length = (long) separator.length() * Math.max(0, parts.size() - 1);
    for (String part : parts) {
      length += part.length();
    }
    run.text(length);
    return String.join(separator, parts);
  }

  static String concat(Run run, String a, String b) {
    run.text((long) a.length() + b.length());
    return a + b;
  }

  /** {@code text.replace(old, replacement, count)}; negative: all. */
  static String replace(Run run, String text, String old, String replacement, long count) {
    run.search(text.length(), old.length());
    long most = count < 0 ? Long.MAX_VALUE : count;
    StringBuilder out = new StringBuilder();
    int from = 0;
    if (old.isEmpty()) {
      for (long n = 0; n < most; n++) {
        run.text(replacement.length() + 2L);
        out.append(replacement);
        if (from == text.length()) {
          return out.toString();
        }
        int next = text.offsetByCodePoints(from, 1);
        out.append(text, from, next);
        from = next;
      }
    } else {
      int at = text.indexOf(old);
      for (long n = 0; n < most && at >= 0; n++) {
        run.text((long) at - from + replacement.length());
        out.append(text, from, at).append(replacement);
        from = at + old.length();
        at = text.indexOf(old, from);
      }
    }
    run.text((long) text.length() - from);
    return out.append(text, from, text.length()).toString();
  }

  /** {@code text.split(separator, max)}; null: at white space. */
  static List<Object> split(Run run, String text, String separator, long max) {
    if (separator != null && separator.isEmpty()) {
      throw TemplateException.value("empty separator");
    }
    run.search(text.length(), separator == null ? 1 : separator.length());
    List<Object> out = new ArrayList<>();
    int from = separator == null ? skip(text, 0, true) : 0;
    while (max < 0 || out.size() < max) {
      int at = separator == null ? skip(text, from, false) : text.indexOf(separator, from);
      if (at < 0 || separator == null && at == text.length()) {
        break;
      }
      add(run, out, text.substring(from, at));
      from = separator == null ? skip(text, at, true) : at + separator.length();
    }
    if (separator != null) {
      add(run, out, text.substring(from));
    } else if (from < text.length()) {
      add(run, out, text.substring(from));
    }
    return out;
  }

  /** {@code text.rsplit(separator, max)}. */
  static List<Object> rsplit(Run run, String text, String separator, long max) {
    String mirrored = separator == null ? null : reverse(separator);
    List<Object> parts = split(run, reverse(text), mirrored, max);
    List<Object> out = new ArrayList<>(parts.size());
    for (int i = parts.size() - 1; i >= 0; i--) {
      out.add(reverse((String) parts.get(i)));
    }
    return out;
  }

  static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  /** {@code text.splitlines(keep)}. */
  static List<Object> lines(Run run, String text, boolean keep) {
    List<Object> out = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = from;
      while (end < text.length() && !isLineEnd(text.charAt(end))) {
        end++;
      }
      int next = end == text.length() ? end : text.startsWith("\r\n", end) ? end + 2 : end + 1;
      add(run, out, text.substring(from, keep ? next : end));
      from = next;
    }
    return out;
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  private static void add(Run run, List<Object> out, String part) {
    run.items(1);
    run.text(part.length());
    out.add(part);
  }

  /** The first position from which there is (no) white space. */
  private static int skip(String text, int from, boolean space) {
    int at = from;
    while (at < text.length() && PythonStrings.isSpace(text.charAt(at)) == space) {
      at++;
    }
    return at;
  }

  /** {@code text.strip(characters)}; null: white space. */
  static String strip(Run run, String text, String characters, boolean left, boolean right) {
    run.search(text.length(), characters == null ? 1 : characters.length());
    int start = 0;
    int end = text.length();
    while (left && start < end && strips(text.codePointAt(start), characters)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && strips(text.codePointBefore(end), characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean strips(int c, String characters) {
    return characters == null
        ? c < Character.MIN_SUPPLEMENTARY_CODE_POINT && PythonStrings.isSpace((char) c)
        : characters.indexOf(c) >= 0;
  }
}
