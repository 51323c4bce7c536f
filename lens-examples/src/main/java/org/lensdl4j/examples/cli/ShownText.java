package org.lensdl4j.examples.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * Text of people's files as a terminal may be given it: control characters, which could move its
 * cursor, retitle it or answer in the user's name, and characters that turn the direction of
 * writing are written out.
 */
final class ShownText extends FilterWriter {
  /** Replaces such characters in what is written. */
  ShownText(Writer out) {
    super(out);
  }

  /** The text with such characters written out; line feeds and tabs stay. */
  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (acts(c)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean acts(char c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t'
        || c >= '\u202a' && c <= '\u202e'
        || c >= '\u2066' && c <= '\u2069';
  }

  @Override
  public void write(int c) throws IOException {
    out.write(of(String.valueOf((char) c)));
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    out.write(of(new String(text, from, length)));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    out.write(of(text.substring(from, from + length)));
  }
}
