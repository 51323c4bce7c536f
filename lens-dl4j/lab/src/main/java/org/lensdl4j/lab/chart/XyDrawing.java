package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.chart.Legend.Kind;
import org.lensdl4j.lab.chart.Svg.Anchor;
import org.lensdl4j.lab.chart.XyChart.Series;

/** One drawing of an {@link XyChart}: axes first, then bands, lines, marks, and names last. */
final class XyDrawing {
  private static final double SMALL = 12;

  private final XyChart chart;
  private final Svg svg;
  private final double x;
  private final double width;
  private final Chart.Frame frame;
  private final Axis.Range xRange;
  private final Axis.Range yRange;
  private double top;
  private double left;
  private double right;
  private double height;
  private Axis xAxis;
  private Axis yAxis;
  private boolean namesAtEnds;

  XyDrawing(XyChart chart, Svg svg, double x, double y, double width, Chart.Frame frame) {
    this.chart = chart;
    this.svg = svg;
    this.x = x;
    this.width = width;
    this.frame = frame;
    top = y;
    xRange = chart.xRange().add(frame.x());
    yRange = chart.yRange().add(frame.y());
    if (chart.padded) {
      xRange.pad();
      yRange.pad();
    }
  }

  /** Returns the height used. */
  double draw() {
    double start = top;
    if (!chart.yPlan.label().isEmpty()) {
      List<String> lines = Words.wrap(chart.yPlan.label(), SMALL, width, 2);
      top = svg.lines("m", x, top, Anchor.START, lines);
    }
    top += 8;
    height = Math.max(140, Math.min(300, width * 0.56));
    place();
    grid();
    if (xRange.isEmpty() || yRange.isEmpty()) {
      svg.text("m", (left + right) / 2, top + height / 2, Anchor.MIDDLE, "no values");
    }
    references();
    each(this::band);
    each(this::line);
    each(this::marks);
    if (namesAtEnds) {
      new EndNames(svg, right + 6, top, top + height, x + width).draw(ends());
    }
    new PointNames(svg, left, top, right, top + height).draw(chart, this);
    double y = below();
    if (frame.legend() && !namesAtEnds && chart.keys().size() > 0) {
      y += 4 + Legend.draw(svg, chart.keys(), x, y + 4, width);
    }
    return y - start;
  }

  private void place() {
    yAxis = yRange.axis(height < 200 ? 4 : 5);
    double ticks = yAxis.labels().stream().mapToDouble(l -> Words.width(l, SMALL)).max().orElse(0);
    left = x + ticks + 8;
    double names =
        chart.keys().stream().mapToDouble(k -> Words.width(k.name(), Svg.SIZE)).max().orElse(0);
    boolean lines = chart.series.stream().allMatch(s -> s.kind() == Kind.LINE);
    namesAtEnds =
        frame.legend()
            && lines
            && names > 0
            && names + EndNames.MARK < width * 0.32
            && chart.keys().size() * EndNames.LINE <= height;
    right = x + width - (namesAtEnds ? names + EndNames.MARK + 6 : 6);
    for (int most = 8; most >= 1; most--) {
      xAxis = xRange.axis(most);
      if (labelsFit()) {
        break;
      }
    }
    List<String> labels = xAxis.labels();
    if (!labels.isEmpty()) {
      left = Math.max(left, x + Words.width(labels.get(0), SMALL) / 2);
      double last = Words.width(labels.get(labels.size() - 1), SMALL) / 2;
      right = Math.min(right, x + width - last);
    }
  }

  private boolean labelsFit() {
    double[] ticks = xAxis.ticks();
    for (int i = 1; i < ticks.length; i++) {
      double between = (xAxis.place(ticks[i]) - xAxis.place(ticks[i - 1])) * (right - left);
      double need =
          (Words.width(xAxis.labels().get(i), SMALL)
                  + Words.width(xAxis.labels().get(i - 1), SMALL))
              / 2;
      if (between < need + 8) {
        return false;
      }
    }
    return true;
  }

  private void grid() {
    for (int i = 0; i < yAxis.ticks().length; i++) {
      double y = atY(yAxis.ticks()[i]);
      svg.line(yAxis.ticks()[i] == 0 ? "a" : "g", left, y, right, y);
      svg.text("m", left - 6, y + 4, Anchor.END, yAxis.labels().get(i));
    }
    double base = top + height;
    svg.line("a", left, base, right, base);
    for (int i = 0; i < xAxis.ticks().length; i++) {
      double at = atX(xAxis.ticks()[i]);
      svg.line("a", at, base, at, base + 4);
      svg.text("m", at, base + 17, Anchor.MIDDLE, xAxis.labels().get(i));
    }
  }

  private double below() {
    double y = top + height + 22;
    if (chart.xPlan.label().isEmpty()) {
      return y;
    }
    List<String> lines = Words.wrap(chart.xPlan.label(), SMALL, width, 2);
    double widest = lines.stream().mapToDouble(l -> Words.width(l, SMALL)).max().orElse(0);
    double middle = (left + right) / 2;
    // A long label is kept inside the chart.
    middle = Math.max(x + widest / 2, Math.min(x + width - widest / 2, middle));
    return svg.lines("m", middle, y, Anchor.MIDDLE, lines);
  }

  private void references() {
    for (Map.Entry<Double, String> reference : chart.references.entrySet()) {
      if (!yAxis.shows(reference.getKey())) {
        continue;
      }
      double y = atY(reference.getKey());
      svg.path("a d2", Svg.move(left, y) + Svg.lineTo(right, y), "");
      String name = Words.cut(reference.getValue(), SMALL, right - left - 8);
      double baseline = y - 4 < top + SMALL ? y + 13 : y - 4;
      svg.text("m halo", left + 4, baseline, Anchor.START, name, reference.getValue());
    }
  }

  private interface Part {
    void draw(int number, Series series);
  }

  private void each(Part part) {
    for (int i = 0; i < chart.series.size(); i++) {
      part.draw(i, chart.series.get(i));
    }
  }

  private void band(int number, Series s) {
    if (!s.hasBand()) {
      return;
    }
    for (int[] run : runs(s, true)) {
      StringBuilder d = new StringBuilder();
      for (int i = run[0]; i < run[1]; i++) {
        d.append(
            i == run[0]
                ? Svg.move(atX(s.x()[i]), atY(s.high()[i]))
                : Svg.lineTo(atX(s.x()[i]), atY(s.high()[i])));
      }
      for (int i = run[1] - 1; i >= run[0]; i--) {
        d.append(Svg.lineTo(atX(s.x()[i]), atY(s.low()[i])));
      }
      svg.path("band " + Look.fill(number), d.append('Z').toString(), "");
    }
  }

  private void line(int number, Series s) {
    if (s.kind() != Kind.LINE) {
      return;
    }
    StringBuilder d = new StringBuilder();
    for (int[] run : runs(s, false)) {
      int step = Math.max(1, (int) Math.ceil((run[1] - run[0]) / (right - left)));
      for (int i = run[0]; i < run[1]; i++) {
        if (step > 1 && i > run[0] && i < run[1] - 1) {
          // More points than pixels: of each few the lowest and the highest remain.
          int end = Math.min(run[1] - 1, i + 2 * step);
          int least = i;
          int most = i;
          for (int k = i; k < end; k++) {
            least = s.y()[k] < s.y()[least] ? k : least;
            most = s.y()[k] > s.y()[most] ? k : most;
          }
          int a = Math.min(least, most);
          int b = Math.max(least, most);
          d.append(Svg.lineTo(atX(s.x()[a]), atY(s.y()[a])));
          d.append(Svg.lineTo(atX(s.x()[b]), atY(s.y()[b])));
          i = end - 1;
        } else {
          double px = atX(s.x()[i]);
          double py = atY(s.y()[i]);
          d.append(i == run[0] ? Svg.move(px, py) : Svg.lineTo(px, py));
        }
      }
    }
    if (d.length() > 0) {
      svg.path(Look.line(number), d.toString(), s.name());
    }
  }

  private void marks(int number, Series s) {
    boolean line = s.kind() == Kind.LINE;
    List<Integer> shown = shown(s);
    int every = line ? Math.max(1, shown.size() / 12) : 1;
    double size = line ? 3.2 : shown.size() > 200 ? 3 : 4;
    // Marks of several long lines are not all at the same places.
    for (int k = line ? number % every : 0; k < shown.size(); k += every) {
      int i = shown.get(k);
      String label = s.labels() == null ? s.name() : s.labels().get(i);
      String title =
          String.format(
              Locale.ROOT, "%s: %s, %s", label, chart.xText(s.x()[i]), Numbers.text(s.y()[i]));
      svg.path(
          Look.fill(number) + (line ? "" : " dot"),
          Look.mark(number, atX(s.x()[i]), atY(s.y()[i]), size),
          title);
    }
  }

  List<Integer> shown(Series s) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < s.x().length; i++) {
      if (xAxis.shows(s.x()[i]) && yAxis.shows(s.y()[i])) {
        out.add(i);
      }
    }
    return out;
  }

  /** Stretches without a gap: first index and the one behind the last. */
  private List<int[]> runs(Series s, boolean band) {
    List<int[]> out = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= s.x().length; i++) {
      boolean shows = i < s.x().length && xAxis.shows(s.x()[i]) && yAxis.shows(s.y()[i]);
      if (shows && band) {
        shows = yAxis.shows(s.low()[i]) && yAxis.shows(s.high()[i]);
      }
      if (shows && start < 0) {
        start = i;
      } else if (!shows && start >= 0) {
        out.add(new int[] {start, i});
        start = -1;
      }
    }
    return out;
  }

  private List<EndNames.End> ends() {
    List<EndNames.End> out = new ArrayList<>();
    for (int i = 0; i < chart.series.size(); i++) {
      Series s = chart.series.get(i);
      List<Integer> shown = shown(s);
      if (s.name().isEmpty()) {
        continue;
      }
      if (shown.isEmpty()) {
        out.add(new EndNames.End(s.name(), i, Double.NaN, top + height));
      } else {
        int last = shown.get(shown.size() - 1);
        out.add(new EndNames.End(s.name(), i, atX(s.x()[last]), atY(s.y()[last])));
      }
    }
    return out;
  }

  double atX(double value) {
    return left + xAxis.place(value) * (right - left);
  }

  double atY(double value) {
    return top + (1 - yAxis.place(value)) * height;
  }
}
