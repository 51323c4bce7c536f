package org.lensdl4j.lab.chart;

/** Text that goes into HTML and SVG. */
public final class Markup {
  private Markup() {}

  /**
   * Escapes markup, replaces what XML forbids, and leaves out marks that turn the direction of text
   * around, which would reach beyond their text.
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> escape(c, out));
    return out.toString();
  }

  private static void escape(int c, StringBuilder out) {
    switch (c) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> {
        boolean control = c < 0x20 && c != '\n' && c != '\t' || c >= 0x7F && c < 0xA0;
        boolean broken = c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF;
        boolean turns = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
        if (!turns) {
          out.appendCodePoint(control || broken ? 0xFFFD : c);
        }
      }
    }
  }
}
