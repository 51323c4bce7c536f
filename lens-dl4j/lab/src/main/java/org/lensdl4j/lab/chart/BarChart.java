package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.lensdl4j.lab.chart.Legend.Key;
import org.lensdl4j.lab.chart.Legend.Kind;
import org.lensdl4j.lab.chart.Svg.Anchor;

/**
 * Lying bars, grouped by category, with intervals; names stand to the left or above, values to the
 * right.
 *
 * <pre>{@code
 * String svg =
 *     BarChart.builder()
 *         .title("Change of accuracy").xLabel("after - before").categories(List.of("zh", "sw"))
 *         .series("", change, low, high).dots()
 *         .build().svg();
 * }</pre>
 *
 * With {@link Builder#dots()} there are marks instead of bars, and the axis need not begin at 0.
 */
public final class BarChart extends Chart {
  private static final double SMALL = 12;
  private static final double BAR = 14;
  private static final double GAP = 8;

  private record Series(String name, double[] value, double[] low, double[] high) {}

  private final Axis.Plan plan;
  private final List<String> categories;
  private final List<Series> series;
  private final boolean dots;
  private final int firstLook;

  private BarChart(Builder builder) {
    super(builder);
    plan = builder.dots ? builder.plan : builder.plan.include(0);
    categories = builder.categories;
    series = List.copyOf(builder.series);
    dots = builder.dots;
    firstLook = builder.firstLook;
  }

  /** An empty chart. */
  public static Builder builder() {
    return new Builder();
  }

  Axis.Range range() {
    Axis.Range out = new Axis.Range(plan);
    for (Series s : series) {
      out.add(s.value);
      if (s.low != null) {
        out.add(s.low).add(s.high);
      }
    }
    return out;
  }

  @Override
  List<Key> keys() {
    List<Key> out = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      if (!series.get(i).name.isEmpty()) {
        out.add(new Key(series.get(i).name, firstLook + i, dots ? Kind.POINTS : Kind.BAR));
      }
    }
    return out;
  }

  @Override
  double draw(Svg svg, double x, double y, double width, Frame frame) {
    double at = y;
    if (frame.legend() && !keys().isEmpty()) {
      at += Legend.draw(svg, keys(), x, at, width);
    }
    double widest = categories.stream().mapToDouble(c -> Words.width(c, Svg.SIZE)).max().orElse(0);
    boolean above = widest > width * 0.36;
    int digits = digits();
    double numbers = 0;
    for (Series s : series) {
      for (double v : s.value) {
        numbers = Math.max(numbers, Words.width(number(v, digits), SMALL));
      }
    }
    Axis.Range range = range().add(frame.x());
    Axis axis = range.axis(5);
    double half =
        axis.labels().stream().mapToDouble(l -> Words.width(l, SMALL)).max().orElse(0) / 2;
    double left = Math.max(x + (above ? 4 : widest + 10), x + half);
    double right = x + width - Math.max(numbers + 8, half);
    for (int most = 5; most >= 1; most--) {
      axis = range.axis(most);
      double step = narrowest(axis) * (right - left);
      if (step > 2 * half + 6) {
        break;
      }
    }
    double group = series.size() * BAR + (above ? Svg.LINE : 0) + GAP;
    double base = at + categories.size() * group + 2;
    grid(svg, axis, left, right, at, base);
    for (int c = 0; c < categories.size(); c++) {
      double top = at + c * group + GAP / 2;
      String name = categories.get(c);
      if (above) {
        svg.text("t halo", x, top + 12, Anchor.START, Words.cut(name, Svg.SIZE, width), name);
        top += Svg.LINE;
      } else {
        double middle = top + series.size() * BAR / 2 + 4.5;
        svg.text("t", left - 8, middle, Anchor.END, name);
      }
      for (int i = 0; i < series.size(); i++) {
        bar(svg, axis, i, c, left, right, top + i * BAR);
        String text = number(series.get(i).value[c], digits);
        svg.text("m", x + width, top + i * BAR + 11, Anchor.END, text);
      }
    }
    double bottom = base + 22;
    if (!plan.label().isEmpty()) {
      List<String> lines = Words.wrap(plan.label(), SMALL, right - left, 3);
      bottom = svg.lines("m", (left + right) / 2, bottom - 2, Anchor.MIDDLE, lines);
    }
    return bottom - y;
  }

  /** Values of all sizes have no decimals in common. */
  private String number(double value, int digits) {
    return plan.log() ? Numbers.text(value) : Numbers.among(value, digits);
  }

  /** The smallest distance of two ticks, as a share of the axis. */
  private static double narrowest(Axis axis) {
    double out = 1;
    for (int i = 1; i < axis.ticks().length; i++) {
      out = Math.min(out, axis.place(axis.ticks()[i]) - axis.place(axis.ticks()[i - 1]));
    }
    return out;
  }

  private int digits() {
    double most = 0;
    for (Series s : series) {
      for (double v : s.value) {
        most = Math.max(most, Double.isFinite(v) ? Math.abs(v) : 0);
      }
    }
    int digits = Numbers.digits(most);
    // Small changes beside a large one are not nothing.
    return most >= 0.1 && most < 10 ? Math.max(3, digits) : digits;
  }

  private static void grid(Svg svg, Axis axis, double left, double right, double top, double base) {
    for (int i = 0; i < axis.ticks().length; i++) {
      double at = left + axis.place(axis.ticks()[i]) * (right - left);
      svg.line(axis.ticks()[i] == 0 ? "a" : "g", at, top, at, base);
      svg.text("m", at, base + 15, Anchor.MIDDLE, axis.labels().get(i));
    }
  }

  private void bar(Svg svg, Axis axis, int i, int c, double left, double right, double top) {
    Series s = series.get(i);
    int look = firstLook + i;
    double value = s.value[c];
    if (!axis.shows(value)) {
      return;
    }
    double wide = right - left;
    double at = left + axis.place(value) * wide;
    double middle = top + BAR / 2;
    boolean interval = s.low != null && axis.shows(s.low[c]) && axis.shows(s.high[c]);
    String title =
        (s.name.isEmpty() ? "" : s.name + ", ")
            + categories.get(c)
            + ": "
            + Numbers.text(value)
            + (interval
                ? String.format(
                    Locale.ROOT, " (%s to %s)", Numbers.text(s.low[c]), Numbers.text(s.high[c]))
                : "");
    if (!dots) {
      double zero = left + axis.place(axis.log() ? axis.low() : 0) * wide;
      double start = Math.min(zero, at);
      String classes = Look.fill(look) + (interval ? " dot" : "");
      svg.rect(classes, start, top + 1, Math.max(1, Math.abs(at - zero)), BAR - 2, title);
    }
    if (interval) {
      double a = left + axis.place(s.low[c]) * wide;
      double b = left + axis.place(s.high[c]) * wide;
      String ends = Svg.move(a, middle - 3) + "v6" + Svg.move(b, middle - 3) + "v6";
      String d = Svg.move(a, middle) + Svg.lineTo(b, middle) + ends;
      svg.path(dots ? "w " + Look.stroke(look) : "a w", d, title);
    }
    if (dots) {
      svg.path(Look.fill(look), Look.mark(look, at, middle, 4.5), title);
    }
  }

  @Override
  String summary() {
    StringBuilder out = new StringBuilder();
    for (Series s : series) {
      out.append(s.name.isEmpty() ? "" : s.name + ": ");
      for (int c = 0; c < categories.size(); c++) {
        out.append(c == 0 ? "" : ", ").append(categories.get(c)).append(' ');
        out.append(Numbers.text(s.value[c]));
      }
      out.append(". ");
    }
    return out.toString().strip();
  }

  /** Builds {@link BarChart}. */
  public static final class Builder extends Chart.Builder<Builder> {
    private Axis.Plan plan = Axis.Plan.PLAIN.toRound();
    private List<String> categories = List.of();
    private final List<Series> series = new ArrayList<>();
    private boolean dots;
    private int firstLook;

    private Builder() {}

    /** Below the value axis. */
    public Builder xLabel(String text) {
      plan = plan.label(Objects.requireNonNull(text));
      return this;
    }

    /** Names of the groups of bars, from top to bottom; set before the series. */
    public Builder categories(List<String> names) {
      categories = List.copyOf(names);
      return this;
    }

    /** One value per category; those that are no numbers have no bar. */
    public Builder series(String name, double[] values) {
      return add(new Series(name, copy("series " + name, values, categories.size()), null, null));
    }

    /** One value per category, with the ends of its interval. */
    public Builder series(String name, double[] values, double[] low, double[] high) {
      String what = "series " + name;
      int n = categories.size();
      return add(new Series(name, copy(what, values, n), copy(what, low, n), copy(what, high, n)));
    }

    private Builder add(Series one) {
      series.add(one);
      return this;
    }

    /**
     * The first series looks like another chart's series of this number, from 0, so that names keep
     * their looks where a chart leaves out the first ones.
     */
    public Builder looksFrom(int number) {
      if (number < 0) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "looksFrom: found %d, expected 0 or more", number));
      }
      firstLook = number;
      return this;
    }

    /** Marks instead of bars. */
    public Builder dots() {
      dots = true;
      return this;
    }

    /** Places by the logarithm, with marks instead of bars. */
    public Builder log() {
      plan = plan.toLog();
      return dots();
    }

    /** The axis shows these values too. */
    public Builder include(double... values) {
      plan = plan.include(values);
      return this;
    }

    /** The chart. */
    public BarChart build() {
      return new BarChart(this);
    }
  }
}
