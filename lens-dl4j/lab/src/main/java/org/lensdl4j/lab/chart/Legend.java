package org.lensdl4j.lab.chart;

import java.util.List;

/** Names of series beside their marks, in as many lines as needed. */
final class Legend {
  private static final double MARK = 30;
  private static final double GAP = 14;

  private Legend() {}

  /** What a key shows. */
  enum Kind {
    LINE,
    POINTS,
    BAR
  }

  /**
   * A series as the legend names it.
   *
   * @param series number of the series, which decides its look
   */
  record Key(String name, int series, Kind kind) {}

  /**
   * Draws the keys.
   *
   * @return the height used
   */
  static double draw(Svg svg, List<Key> keys, double x, double y, double width) {
    double at = x;
    double top = y;
    for (Key key : keys) {
      double mark = key.kind() == Kind.LINE ? MARK : 18;
      String name = Words.cut(key.name(), Svg.SIZE, width - mark);
      double wide = mark + Words.width(name, Svg.SIZE);
      if (at > x && at + wide > x + width) {
        at = x;
        top += Svg.LINE;
      }
      mark(svg, key, at, top + 8.5);
      svg.text("t", at + mark, top + Svg.SIZE, Svg.Anchor.START, name, key.name());
      at += wide + GAP;
    }
    return keys.isEmpty() ? 0 : top + Svg.LINE + 4 - y;
  }

  private static void mark(Svg svg, Key key, double x, double y) {
    switch (key.kind()) {
      case LINE -> {
        svg.line(Look.line(key.series()), x, y, x + MARK - 6, y);
        svg.path(Look.fill(key.series()), Look.mark(key.series(), x + 12, y, 3.5), "");
      }
      case BAR -> svg.rect(Look.fill(key.series()), x, y - 5, 11, 11, "");
      default -> svg.path(Look.fill(key.series()), Look.mark(key.series(), x + 6, y, 4.5), "");
    }
  }
}
