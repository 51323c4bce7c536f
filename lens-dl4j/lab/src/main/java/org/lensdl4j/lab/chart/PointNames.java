package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lab.chart.Svg.Anchor;
import org.lensdl4j.lab.chart.XyChart.Series;

/** Names of groups and of single points, each where it covers no other name, or not at all. */
final class PointNames {
  private static final double SIZE = 12;
  private static final double HALF = 8;
  private static final int MOST = 40;

  private record Box(double left, double top, double right, double bottom) {
    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  private final Svg svg;
  private final Box area;
  private final List<Box> taken = new ArrayList<>();

  PointNames(Svg svg, double left, double top, double right, double bottom) {
    this.svg = svg;
    area = new Box(left, top, right, bottom);
  }

  void draw(XyChart chart, XyDrawing at) {
    if (chart.groupLabels) {
      chart.series.forEach(s -> group(s, at));
    }
    for (Series s : chart.series) {
      List<Integer> shown = at.shown(s);
      if (s.labels() == null || shown.size() > MOST) {
        continue;
      }
      shown.forEach(i -> taken.add(dot(at.atX(s.x()[i]), at.atY(s.y()[i]))));
    }
    for (Series s : chart.series) {
      List<Integer> shown = at.shown(s);
      if (s.labels() != null && shown.size() <= MOST) {
        shown.forEach(i -> point(s.labels().get(i), at.atX(s.x()[i]), at.atY(s.y()[i])));
      }
    }
  }

  private static Box dot(double x, double y) {
    return new Box(x - 4, y - 4, x + 4, y + 4);
  }

  private void group(Series s, XyDrawing at) {
    List<Integer> shown = at.shown(s);
    if (shown.isEmpty() || s.name().isEmpty()) {
      return;
    }
    double x = shown.stream().mapToDouble(i -> at.atX(s.x()[i])).average().orElseThrow();
    double y = shown.stream().mapToDouble(i -> at.atY(s.y()[i])).average().orElseThrow();
    double half = Words.width(s.name(), SIZE) / 2 + 2;
    for (int k = 0; k < 9; k++) {
      double dy = (k % 2 == 0 ? 1 : -1) * ((k + 1) / 2) * 2 * HALF;
      if (write(s.name(), x, y + dy, half, "p halo")) {
        return;
      }
    }
  }

  private void point(String label, double x, double y) {
    double wide = Words.width(label, SIZE);
    double[][] places = {{8 + wide / 2, 0}, {-8 - wide / 2, 0}, {0, -14}, {0, 14}};
    for (double[] place : places) {
      if (!label.isEmpty() && write(label, x + place[0], y + place[1], wide / 2, "m halo")) {
        return;
      }
    }
  }

  private boolean write(String text, double x, double y, double half, String classes) {
    Box box = new Box(x - half, y - HALF, x + half, y + HALF);
    boolean inside =
        box.left >= area.left
            && box.right <= area.right
            && box.top >= area.top - 4
            && box.bottom <= area.bottom;
    if (!inside || taken.stream().anyMatch(box::meets)) {
      return false;
    }
    taken.add(box);
    svg.text(classes, x, y + 4, Anchor.MIDDLE, text);
    return true;
  }
}
