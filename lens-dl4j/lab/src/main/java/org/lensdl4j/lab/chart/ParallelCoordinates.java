package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.lensdl4j.lab.chart.Legend.Key;
import org.lensdl4j.lab.chart.Legend.Kind;
import org.lensdl4j.lab.chart.Svg.Anchor;

/**
 * Items as lines that run down through one level axis per parameter, so that names have room on any
 * screen. The best items are drawn last and thick.
 *
 * <pre>{@code
 * String svg =
 *     ParallelCoordinates.builder()
 *         .title("Candidates")
 *         .axis("learning rate", rates, true).axis("schedule", schedules).axis("score", scores, false)
 *         .best(scores, true, 3)
 *         .build().svg();
 * }</pre>
 */
public final class ParallelCoordinates extends Chart {
  private static final double SMALL = 12;
  private static final double ROW = 62;

  /**
   * @param names per tick, for values that are no numbers; null for numbers
   */
  private record Line(Axis.Plan plan, double[] values, List<String> names) {}

  private final List<Line> axes;
  private final List<Integer> best;
  private final int items;

  private ParallelCoordinates(Builder b) {
    super(b);
    axes = List.copyOf(b.axes);
    best = List.copyOf(b.best);
    items = Math.max(0, b.items);
  }

  /** No axes yet. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  List<Key> keys() {
    if (best.isEmpty()) {
      return List.of();
    }
    String first = best.size() == 1 ? "best" : "best " + best.size();
    return items > best.size()
        ? List.of(new Key(first, 1, Kind.BAR), new Key("others", 0, Kind.BAR))
        : List.of(new Key(first, 1, Kind.BAR));
  }

  @Override
  double draw(Svg svg, double x, double y, double width, Frame frame) {
    double at = y;
    if (frame.legend()) {
      at += Legend.draw(svg, keys(), x, at, width);
    }
    double left = x + 14;
    double right = x + width - 14;
    double[][] places = new double[axes.size()][];
    for (int a = 0; a < axes.size(); a++) {
      places[a] = places(axes.get(a), left, right);
    }
    double first = at + 24;
    IntStream.range(0, items)
        .filter(i -> !best.contains(i))
        .forEach(i -> item(svg, i, places, first, "w thin " + Look.stroke(0)));
    for (int k = best.size() - 1; k >= 0; k--) {
      item(svg, best.get(k), places, first, "w thick " + Look.stroke(1));
    }
    for (int a = 0; a < axes.size(); a++) {
      axis(svg, axes.get(a), x, x + width, left, right, first + a * ROW);
    }
    return first + Math.max(0, axes.size() - 1) * ROW + 24 - y;
  }

  private static Axis numbers(Line line, int most) {
    return new Axis.Range(line.plan).add(line.values).axis(most);
  }

  private double[] places(Line line, double left, double right) {
    double[] out = new double[items];
    Axis axis = numbers(line, 5);
    for (int i = 0; i < items; i++) {
      double v = line.values[i];
      double place =
          line.names == null
              ? axis.shows(v) ? axis.place(v) : Double.NaN
              : line.names.size() == 1 ? 0.5 : v / (line.names.size() - 1.0);
      out[i] = left + place * (right - left);
    }
    return out;
  }

  private void item(Svg svg, int i, double[][] places, double first, String classes) {
    StringBuilder d = new StringBuilder();
    StringBuilder title = new StringBuilder("candidate " + (i + 1));
    boolean pen = false;
    for (int a = 0; a < axes.size(); a++) {
      double at = places[a][i];
      title.append(", ").append(axes.get(a).plan.label()).append(' ').append(value(axes.get(a), i));
      if (Double.isFinite(at)) {
        double y = first + a * ROW;
        d.append(pen ? Svg.lineTo(at, y) : Svg.move(at, y));
        pen = true;
      } else {
        pen = false;
      }
    }
    if (d.length() > 0) {
      svg.path(classes, d.toString(), title.toString());
    }
  }

  private static String value(Line line, int i) {
    return line.names == null ? Numbers.text(line.values[i]) : line.names.get((int) line.values[i]);
  }

  private static void axis(
      Svg svg, Line line, double x, double edge, double left, double right, double y) {
    svg.line("a", left, y, right, y);
    String name = line.plan.label();
    svg.text("p halo", x, y - 9, Anchor.START, Words.cut(name, 14, edge - x), name);
    if (line.names != null) {
      names(svg, line.names, x, edge, left, right, y);
      return;
    }
    Axis axis = numbers(line, 5);
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < axis.ticks().length; i++) {
      double at = left + axis.place(axis.ticks()[i]) * (right - left);
      double half = Words.width(axis.labels().get(i), SMALL) / 2;
      svg.line("a", at, y - 3, at, y + 3);
      double middle = Math.max(x + half, Math.min(edge - half, at));
      if (middle - half > before + 6) {
        svg.text("m halo", middle, y + 16, Anchor.MIDDLE, axis.labels().get(i));
        before = middle + half;
      }
    }
  }

  private static void names(
      Svg svg, List<String> names, double x, double edge, double left, double right, double y) {
    double room = (edge - x) / names.size() - 6;
    for (int i = 0; i < names.size(); i++) {
      double at = left + (names.size() == 1 ? 0.5 : i / (names.size() - 1.0)) * (right - left);
      String shown = Words.cut(names.get(i), SMALL, room);
      double half = Words.width(shown, SMALL) / 2;
      svg.line("a", at, y - 3, at, y + 3);
      double middle = Math.max(x + half, Math.min(edge - half, at));
      svg.text("m halo", middle, y + 16, Anchor.MIDDLE, shown, names.get(i));
    }
  }

  @Override
  String summary() {
    StringBuilder out = new StringBuilder(items + " items. ");
    for (int k = 0; k < best.size(); k++) {
      out.append(k == 0 ? "Best: " : "then: ");
      for (int a = 0; a < axes.size(); a++) {
        out.append(a == 0 ? "" : ", ").append(axes.get(a).plan.label()).append(' ');
        out.append(value(axes.get(a), best.get(k)));
      }
      out.append(". ");
    }
    return out.toString().strip();
  }

  /** Builds {@link ParallelCoordinates}. */
  public static final class Builder extends Chart.Builder<Builder> {
    private final List<Line> axes = new ArrayList<>();
    private List<Integer> best = List.of();
    private int items = -1;

    private Builder() {}

    /**
     * Adds an axis of numbers; if all are whole, there are no ticks between whole numbers.
     *
     * @param values one per item; NaN for an item that has none
     * @param log places by the logarithm
     */
    public Builder axis(String name, double[] values, boolean log) {
      Axis.Plan plan = Axis.Plan.PLAIN.label(name);
      if (Arrays.stream(values).filter(Double::isFinite).allMatch(v -> v == Math.rint(v))) {
        plan = plan.toWhole();
      }
      return add(new Line(log ? plan.toLog() : plan, checkedValues(name, values), null));
    }

    /**
     * Adds an axis of names, in the order of their first appearance.
     *
     * @param values one per item
     */
    public Builder axis(String name, List<String> values) {
      List<String> names = List.copyOf(new LinkedHashSet<>(values));
      double[] at = values.stream().mapToDouble(names::indexOf).toArray();
      return add(new Line(Axis.Plan.PLAIN.label(name), checkedValues(name, at), names));
    }

    private Builder add(Line line) {
      axes.add(line);
      return this;
    }

    private double[] checkedValues(String name, double[] values) {
      Objects.requireNonNull(name);
      items = items < 0 ? values.length : items;
      return copy("axis " + name, values, items);
    }

    /**
     * Draws the best items thick; without this all are equal.
     *
     * @param scores one per item
     * @param higher whether high scores are good
     * @param count how many
     */
    public Builder best(double[] scores, boolean higher, int count) {
      double sign = higher ? -1 : 1;
      best =
          IntStream.range(0, copy("scores", scores, Math.max(0, items)).length)
              .boxed()
              .filter(i -> Double.isFinite(scores[i]))
              .sorted(Comparator.comparingDouble(i -> sign * scores[i]))
              .limit(Math.max(0, count))
              .toList();
      return this;
    }

    /** The chart. */
    public ParallelCoordinates build() {
      return new ParallelCoordinates(this);
    }
  }
}
