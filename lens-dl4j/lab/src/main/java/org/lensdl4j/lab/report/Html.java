package org.lensdl4j.lab.report;

import org.lensdl4j.lab.chart.Chart;

/** Collects HTML; whatever is not markup of ours goes in as text and is escaped. */
final class Html {
  private static final int WIDE = 720;
  private static final int NARROW = 320;

  private final StringBuilder out = new StringBuilder();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn; values are escaped, those that are empty left out
   */
  Html open(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (!attributes[i + 1].isEmpty()) {
        out.append(' ').append(attributes[i]).append("=\"");
        out.append(escape(attributes[i + 1])).append('"');
      }
    }
    out.append('>');
    return this;
  }

  Html close(String tag) {
    out.append("</").append(tag).append(">\n");
    return this;
  }

  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element that holds nothing but text. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  Html paragraph(String text) {
    return element("p", text);
  }

  /** What somebody or a model wrote, in a language or in one that is not known ("" then). */
  Html foreign(String tag, String text, String language) {
    return element(tag, text, "dir", "auto", "lang", Languages.tag(language));
  }

  /** A cell that names its row. */
  Html rowHead(String text, int rows) {
    return element("th", text, "scope", "row", "rowspan", rows > 1 ? Integer.toString(rows) : "");
  }

  /** Opens a table that scrolls by itself where it is wider than the page, up to its first row. */
  Html openTable(String caption, String... headings) {
    open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    open("table").element("caption", caption).open("thead").open("tr");
    for (String heading : headings) {
      element("th", heading, "scope", "col");
    }
    return close("tr").close("thead").open("tbody");
  }

  Html closeTable() {
    return close("tbody").close("table").close("div");
  }

  /** A chart laid out for screens and, once more, for phones; the style sheet shows one of them. */
  Html figure(Chart chart, String caption) {
    open("figure");
    out.append("<div class=\"wide\">").append(chart.svg(WIDE)).append("</div>\n");
    out.append("<div class=\"narrow\">").append(chart.svg(NARROW)).append("</div>\n");
    return element("figcaption", caption).close("figure");
  }

  /** A checked chart of somebody else. */
  Html figure(String svg, String caption) {
    open("figure");
    open("div", "class", "given", "tabindex", "0");
    out.append(svg).append("</div>\n");
    return element("figcaption", caption).close("figure");
  }

  /** Markup that is known to be sound: a part of this page made before. */
  Html append(Html part) {
    out.append(part.out);
    return this;
  }

  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                  boolean control = c < 0x20 && c != '\n' && c != '\t' || c >= 0x7F && c < 0xA0;
                  // Marks that turn the direction around would reach beyond their text.
                  boolean turns = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
                  boolean broken = c >= 0xD800 && c <= 0xDFFF || c == 0xFFFE || c == 0xFFFF;
                  if (!turns) {
                    safe.appendCodePoint(control || broken ? 0xFFFD : c);
                  }
                }
              }
            });
    return safe.toString();
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
