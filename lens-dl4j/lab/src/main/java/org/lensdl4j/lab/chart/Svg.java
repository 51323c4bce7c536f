package org.lensdl4j.lab.chart;

import java.util.List;

/** Collects elements of a drawing; all text is escaped, all numbers are finite. */
final class Svg {
  /** Size of text in units of the drawing, which are pixels when it is shown in natural size. */
  static final double SIZE = 13;

  /** From line to line. */
  static final double LINE = 17;

  private final StringBuilder out = new StringBuilder();

  /** Where a text stands in relation to its x. */
  enum Anchor {
    START,
    MIDDLE,
    END;

    private String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Svg rect(String classes, double x, double y, double width, double height, String more) {
    out.append("<rect class=\"").append(classes).append('"');
    attribute("x", x).attribute("y", y);
    attribute("width", Math.max(0, width)).attribute("height", Math.max(0, height));
    return end("rect", more);
  }

  Svg path(String classes, String d, String more) {
    out.append("<path class=\"").append(classes).append("\" d=\"").append(d).append('"');
    return end("path", more);
  }

  Svg line(String classes, double x1, double y1, double x2, double y2) {
    return path(classes, move(x1, y1) + "L" + Numbers.at(x2) + " " + Numbers.at(y2), "");
  }

  static String move(double x, double y) {
    return "M" + Numbers.at(x) + " " + Numbers.at(y);
  }

  static String lineTo(double x, double y) {
    return "L" + Numbers.at(x) + " " + Numbers.at(y);
  }

  /** Text whose baseline is at y. */
  Svg text(String classes, double x, double y, Anchor anchor, String text) {
    return text(classes, x, y, anchor, text, text);
  }

  /** Text that may have been cut; the whole of it is shown by pointing at it. */
  Svg text(String classes, double x, double y, Anchor anchor, String shown, String whole) {
    open(classes, x, y, anchor);
    return finish(shown, whole);
  }

  /** Text that runs upwards, its end or start at (x, y). */
  Svg upright(String classes, double x, double y, Anchor anchor, String shown, String whole) {
    open(classes, x, y, anchor);
    out.append(" transform=\"rotate(-90 ").append(Numbers.at(x)).append(' ');
    out.append(Numbers.at(y)).append(")\"");
    return finish(shown, whole);
  }

  private void open(String classes, double x, double y, Anchor anchor) {
    out.append("<text class=\"").append(classes).append('"');
    attribute("x", x).attribute("y", y);
    if (anchor != Anchor.START) {
      out.append(" text-anchor=\"").append(anchor.id()).append('"');
    }
  }

  private Svg finish(String shown, String whole) {
    out.append('>').append(Markup.escape(shown));
    if (!shown.equals(whole)) {
      out.append("<title>").append(Markup.escape(whole)).append("</title>");
    }
    out.append("</text>\n");
    return this;
  }

  /** Lines of text, one below the other; returns the y below the last. */
  double lines(String classes, double x, double y, Anchor anchor, List<String> lines) {
    double at = y;
    for (String line : lines) {
      text(classes, x, at + SIZE, anchor, line);
      at += LINE;
    }
    return at;
  }

  private Svg attribute(String name, double value) {
    out.append(' ').append(name).append("=\"").append(Numbers.at(value)).append('"');
    return this;
  }

  private Svg end(String name, String title) {
    if (title.isEmpty()) {
      out.append("/>\n");
    } else {
      out.append("><title>").append(Markup.escape(title)).append("</title></").append(name);
      out.append(">\n");
    }
    return this;
  }

  /** The whole element. */
  String document(double width, double height, String title, String description, String style) {
    String w = Numbers.at(width);
    String h = Numbers.at(height);
    StringBuilder all = new StringBuilder();
    all.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lens-chart\" role=\"img\"");
    all.append(" width=\"").append(w).append("\" height=\"").append(h).append('"');
    all.append(" viewBox=\"0 0 ").append(w).append(' ').append(h).append('"');
    all.append(" aria-label=\"").append(Markup.escape(title)).append("\">\n");
    all.append("<title>").append(Markup.escape(title)).append("</title>\n");
    all.append("<desc>").append(Markup.escape(description)).append("</desc>\n");
    if (!style.isEmpty()) {
      all.append("<style>").append(style).append("</style>\n");
      all.append("<rect class=\"paper\" width=\"").append(w).append("\" height=\"").append(h);
      all.append("\" rx=\"6\"/>\n");
    }
    return all.append(out).append("</svg>\n").toString();
  }
}
