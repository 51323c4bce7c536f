package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.lensdl4j.lab.chart.Svg.Anchor;

/** Names to the right of lines, as near to their ends as they can stand without touching. */
final class EndNames {
  /** Room between lines and names, for leaders and marks. */
  static final double MARK = 26;

  static final double LINE = 15;

  /**
   * The end of a line.
   *
   * @param x NaN if it has no values
   */
  record End(String name, int series, double x, double y) {}

  private final Svg svg;
  private final double x;
  private final double top;
  private final double bottom;
  private final double edge;

  EndNames(Svg svg, double x, double top, double bottom, double edge) {
    this.svg = svg;
    this.x = x;
    this.top = top;
    this.bottom = bottom;
    this.edge = edge;
  }

  void draw(List<End> ends) {
    List<End> sorted = new ArrayList<>(ends);
    sorted.sort(Comparator.comparingDouble(End::y));
    double[] at = spread(sorted.stream().mapToDouble(End::y).toArray(), top + 4, bottom, LINE);
    for (int i = 0; i < at.length; i++) {
      End end = sorted.get(i);
      double mark = x + 12;
      if (x - end.x() < 30) {
        svg.path(
            "w thin " + Look.stroke(end.series()),
            Svg.move(end.x(), end.y()) + Svg.lineTo(mark, at[i]),
            "");
      }
      svg.path(Look.fill(end.series()), Look.mark(end.series(), mark, at[i], 4), "");
      String name = Words.cut(end.name(), Svg.SIZE, edge - mark - 8);
      svg.text("t", mark + 8, at[i] + 4.5, Anchor.START, name, end.name());
    }
  }

  /** Moves sorted places apart to a distance, as little as is simple, within bounds if they fit. */
  static double[] spread(double[] wanted, double low, double high, double distance) {
    double[] at = wanted.clone();
    double next = low;
    for (int i = 0; i < at.length; i++) {
      at[i] = Math.max(at[i], next);
      next = at[i] + distance;
    }
    next = high;
    for (int i = at.length - 1; i >= 0 && at[i] > next; i--) {
      at[i] = next;
      next = at[i] - distance;
    }
    return at;
  }
}
