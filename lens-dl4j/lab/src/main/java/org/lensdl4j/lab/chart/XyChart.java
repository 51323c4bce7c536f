package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.lensdl4j.lab.chart.Legend.Key;
import org.lensdl4j.lab.chart.Legend.Kind;

/** What charts with two number axes share. */
abstract class XyChart extends Chart {
  /**
   * Values of one name.
   *
   * @param kind LINE or POINTS
   * @param low null if there is no band
   * @param labels of points, or null
   */
  record Series(
      String name,
      Kind kind,
      double[] x,
      double[] y,
      double[] low,
      double[] high,
      List<String> labels) {
    boolean hasBand() {
      return low != null;
    }
  }

  final Axis.Plan xPlan;
  final Axis.Plan yPlan;
  final List<Series> series;
  final Map<Double, String> references;
  final boolean groupLabels;
  final boolean padded;

  XyChart(XyBuilder<?> builder) {
    super(builder);
    xPlan = builder.xPlan;
    yPlan = builder.yPlan;
    series = List.copyOf(builder.series);
    references = new TreeMap<>(builder.references);
    groupLabels = builder.groupLabels;
    padded = builder.padded;
  }

  @Override
  List<Key> keys() {
    List<Key> out = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      if (!series.get(i).name().isEmpty()) {
        out.add(new Key(series.get(i).name(), i, series.get(i).kind()));
      }
    }
    return out;
  }

  Axis.Range xRange() {
    Axis.Range out = new Axis.Range(xPlan);
    for (Series s : series) {
      for (int i = 0; i < s.x().length; i++) {
        if (yPlan.shows(s.y()[i])) {
          out.add(s.x()[i]);
        }
      }
    }
    return out;
  }

  Axis.Range yRange() {
    Axis.Range out = new Axis.Range(yPlan);
    references.keySet().forEach(v -> out.add(v));
    for (Series s : series) {
      for (int i = 0; i < s.x().length; i++) {
        if (xPlan.shows(s.x()[i]) && yPlan.shows(s.y()[i])) {
          out.add(s.y()[i]);
          if (s.hasBand()) {
            out.add(s.low()[i], s.high()[i]);
          }
        }
      }
    }
    return out;
  }

  @Override
  double draw(Svg svg, double x, double y, double width, Frame frame) {
    return new XyDrawing(this, svg, x, y, width, frame).draw();
  }

  /** A place on the x axis in words: what is counted has no decimals. */
  String xText(double x) {
    return xPlan.whole() && x == Math.rint(x) ? Numbers.fixed(x, 0) : Numbers.text(x);
  }

  @Override
  String summary() {
    StringBuilder out = new StringBuilder();
    for (Series s : series) {
      int first = -1;
      int last = -1;
      Axis.Range range = new Axis.Range(Axis.Plan.PLAIN);
      for (int i = 0; i < s.x().length; i++) {
        if (xPlan.shows(s.x()[i]) && yPlan.shows(s.y()[i])) {
          first = first < 0 ? i : first;
          last = i;
          range.add(s.y()[i]);
        }
      }
      out.append(s.name().isEmpty() ? "values" : s.name()).append(": ");
      if (last < 0) {
        out.append("no values. ");
      } else if (s.kind() == Kind.LINE) {
        out.append("from ").append(Numbers.text(s.y()[first])).append(" at ");
        out.append(xText(s.x()[first])).append(" to ").append(Numbers.text(s.y()[last]));
        out.append(" at ").append(xText(s.x()[last])).append(". ");
      } else {
        out.append(s.x().length).append(" points, ").append(Numbers.text(range.bounds()[0]));
        out.append(" to ").append(Numbers.text(range.bounds()[1])).append(". ");
      }
    }
    return out.toString().strip();
  }

  /** What builders of charts with two number axes have. */
  public abstract static class XyBuilder<B extends XyBuilder<B>> extends Builder<B> {
    private Axis.Plan xPlan = Axis.Plan.PLAIN;
    private Axis.Plan yPlan = Axis.Plan.PLAIN.toRound();
    private final List<Series> series = new ArrayList<>();
    private final Map<Double, String> references = new TreeMap<>();
    private boolean groupLabels;
    private boolean padded;

    XyBuilder() {}

    /** Below the chart. */
    public B xLabel(String text) {
      xPlan = xPlan.label(Objects.requireNonNull(text));
      return self();
    }

    /** Above the y axis. */
    public B yLabel(String text) {
      yPlan = yPlan.label(Objects.requireNonNull(text));
      return self();
    }

    /** Places along x by the logarithm; values that are not positive are left out. */
    public B logX() {
      xPlan = xPlan.toLog();
      return self();
    }

    /** Places along y by the logarithm; values that are not positive are left out. */
    public B logY() {
      yPlan = yPlan.toLog();
      return self();
    }

    /** x counts something: no ticks between whole numbers. */
    public B wholeX() {
      xPlan = xPlan.toWhole();
      return self();
    }

    /** The x axis shows these values too. */
    public B includeX(double... values) {
      xPlan = xPlan.include(values);
      return self();
    }

    /** The y axis shows these values too, such as 0. */
    public B includeY(double... values) {
      yPlan = yPlan.include(values);
      return self();
    }

    /** A level line at y with a name, such as the score of guessing. */
    public B reference(String name, double y) {
      if (Double.isFinite(y)) {
        references.put(y, Objects.requireNonNull(name));
      }
      return self();
    }

    final B add(
        String name,
        Kind kind,
        double[] x,
        double[] y,
        double[] low,
        double[] high,
        List<String> labels) {
      String what = "series " + name;
      if (labels != null && labels.size() != x.length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s: found %d labels, expected %d", what, labels.size(), x.length));
      }
      series.add(
          new Series(
              Objects.requireNonNull(name),
              kind,
              x.clone(),
              copy(what, y, x.length),
              low == null ? null : copy(what, low, x.length),
              high == null ? null : copy(what, high, x.length),
              labels == null ? null : List.copyOf(labels)));
      return self();
    }

    /** Points need room around them, not ends at round values. */
    final B padded() {
      yPlan = Axis.Plan.PLAIN;
      padded = true;
      return self();
    }

    final B nameGroups() {
      groupLabels = true;
      return self();
    }
  }
}
