package org.lensdl4j.lab.report;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.lensdl4j.lab.chart.Chart;
import org.lensdl4j.lab.chart.Markup;

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
        out.append(Markup.escape(attributes[i + 1])).append('"');
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
    out.append(Markup.escape(text));
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

  /**
   * A picture that somebody else drew. As an image it runs no script and loads nothing, whatever is
   * in it; a browser that cannot draw it shows the words.
   */
  Html image(String svg, String words) {
    open("figure").open("div", "class", "given", "tabindex", "0");
    String data = Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
    out.append("<img src=\"data:image/svg+xml;base64,").append(data);
    out.append("\" alt=\"").append(Markup.escape(words)).append("\"/>");
    return close("div").close("figure");
  }

  /** Markup that is known to be sound: a part of this page made before. */
  Html append(Html part) {
    out.append(part.out);
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
