package org.lensdl4j.model.template;

/** Escapes in a string of the template, as Python reads them. */
final class Escapes {
  private Escapes() {}

  static String decode(String text, int line) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '\\') {
        out.append(c);
        at++;
      } else {
        at = escape(text, at + 1, out, line);
      }
    }
    return out.toString();
  }

  /** Decodes what stands behind a backslash; returns where it ends. */
  private static int escape(String text, int at, StringBuilder out, int line) {
    char c = text.charAt(at);
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> {
        return hex(text, at, 2, out, line);
      }
      case 'u' -> {
        return hex(text, at, 4, out, line);
      }
      case 'U' -> {
        return hex(text, at, 8, out, line);
      }
      case 'N' -> {
        return named(text, at, out, line);
      }
      default -> {
        if (c >= '0' && c <= '7') {
          return octal(text, at, out);
        }
        out.append('\\').append(c);
      }
    }
    return at + 1;
  }

  private static int hex(String text, int at, int digits, StringBuilder out, int line) {
    int end = at + 1 + digits;
    boolean whole = end <= text.length();
    for (int i = at + 1; whole && i < end; i++) {
      whole = Character.digit(text.charAt(i), 16) >= 0 && text.charAt(i) < 0x80;
    }
    long code = whole ? Long.parseLong(text.substring(at + 1, end), 16) : Long.MAX_VALUE;
    if (code > Character.MAX_CODE_POINT) {
      throw TemplateException.syntax(
          line, "truncated or illegal \\" + text.charAt(at) + " escape in a string");
    }
    out.appendCodePoint((int) code);
    return end;
  }

  private static int octal(String text, int at, StringBuilder out) {
    int code = 0;
    int end = at;
    while (end < text.length() && end < at + 3 && "01234567".indexOf(text.charAt(end)) >= 0) {
      code = code * 8 + text.charAt(end) - '0';
      end++;
    }
    out.appendCodePoint(code);
    return end;
  }

  private static int named(String text, int at, StringBuilder out, int line) {
    int end = text.startsWith("{", at + 1) ? text.indexOf('}', at) : -1;
    try {
      if (end > 0) {
        out.appendCodePoint(Character.codePointOf(text.substring(at + 2, end)));
        return end + 1;
      }
    } catch (IllegalArgumentException unknown) {
      // said below
    }
    throw TemplateException.syntax(line, "unknown Unicode character name in a string");
  }
}
