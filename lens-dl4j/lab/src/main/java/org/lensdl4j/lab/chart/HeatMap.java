package org.lensdl4j.lab.chart;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.lensdl4j.lab.chart.Legend.Key;
import org.lensdl4j.lab.chart.Svg.Anchor;

/**
 * A matrix as coloured cells with their values: the first colour for values above 0, the second for
 * those below, stronger the farther from 0.
 *
 * <pre>{@code
 * String svg =
 *     HeatMap.builder()
 *         .title("Trained on, measured in").rowLabel("trained").columnLabel("measured")
 *         .rows(List.of("zh", "sw")).columns(List.of("en", "zh", "sw")).values(change)
 *         .build().svg();
 * }</pre>
 *
 * A value that is no number has a dash.
 */
public final class HeatMap extends Chart {
  static final int SHADES = 8;
  private static final double SMALL = 11;
  private static final int HIDDEN = -2;

  private final List<String> rows;
  private final List<String> columns;
  private final double[][] values;
  private final String rowLabel;
  private final String columnLabel;

  private HeatMap(Builder b) {
    super(b);
    rows = b.rows;
    columns = b.columns;
    rowLabel = b.rowLabel;
    columnLabel = b.columnLabel;
    if (b.values.length != rows.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "values: found %d rows, expected %d", b.values.length, rows.size()));
    }
    values = new double[rows.size()][];
    for (int r = 0; r < values.length; r++) {
      values[r] = copy("row " + rows.get(r), b.values[r], columns.size());
    }
  }

  /** An empty matrix. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  List<Key> keys() {
    return List.of();
  }

  @Override
  double draw(Svg svg, double x, double y, double width, Frame frame) {
    double most = 0;
    for (double[] row : values) {
      for (double v : row) {
        most = Math.max(most, Double.isFinite(v) ? Math.abs(v) : 0);
      }
    }
    double room = Math.min(width * 0.34, longest(rows)) + 8;
    double cell = Math.min(64, (width - room) / Math.max(1, columns.size()));
    double high = Math.max(20, Math.min(34, cell));
    int digits = digits(most, cell - 4);
    boolean flat = longest(columns) + 4 <= cell;
    double names = flat ? Svg.LINE : Math.min(120, longest(columns)) + 6;
    double at = y;
    if (!rowLabel.isEmpty() || !columnLabel.isEmpty()) {
      String down = rowLabel.isEmpty() ? "" : "rows: " + rowLabel;
      String across = columnLabel.isEmpty() ? "" : "columns: " + columnLabel;
      String both = down + (down.isEmpty() || across.isEmpty() ? "" : "; ") + across;
      at = svg.lines("m", x, at, Anchor.START, Words.wrap(both, 12, width, 2)) + 4;
    }
    double left = x + room;
    for (int c = 0; c < columns.size(); c++) {
      double middle = left + (c + 0.5) * cell;
      String name = columns.get(c);
      if (flat) {
        svg.text("t", middle, at + 12, Anchor.MIDDLE, name);
      } else {
        String shown = Words.cut(name, Svg.SIZE, names - 6);
        svg.upright("t", middle + 4.5, at + names - 5, Anchor.START, shown, name);
      }
    }
    at += names;
    for (int r = 0; r < rows.size(); r++) {
      double top = at + r * high;
      String shown = Words.cut(rows.get(r), Svg.SIZE, room - 8);
      svg.text("t", left - 7, top + high / 2 + 4.5, Anchor.END, shown, rows.get(r));
      for (int c = 0; c < columns.size(); c++) {
        cell(svg, r, c, left + c * cell, top, cell, high, most, digits);
      }
    }
    at += rows.size() * high + 10;
    return at + scale(svg, left, at, x + width - left, most) - y;
  }

  /** Three digits if they fit all cells, or two, or none. */
  private int digits(double most, double room) {
    int best = Numbers.digits(most);
    for (int digits = best; digits >= Math.max(0, best - 1) || digits == best; digits--) {
      double widest = 0;
      for (double[] row : values) {
        for (double v : row) {
          widest = Math.max(widest, Words.width(Numbers.among(v, digits), SMALL));
        }
      }
      if (widest <= room) {
        return digits;
      }
    }
    return HIDDEN;
  }

  private static double longest(List<String> names) {
    return names.stream().mapToDouble(n -> Words.width(n, Svg.SIZE)).max().orElse(0);
  }

  private void cell(
      Svg svg, int r, int c, double x, double y, double w, double h, double most, int digits) {
    double v = values[r][c];
    String text = Numbers.among(v, digits == HIDDEN ? Numbers.digits(most) : digits);
    String title = String.format(Locale.ROOT, "%s, %s: %s", rows.get(r), columns.get(c), text);
    svg.rect("g", x + 0.5, y + 0.5, w - 1, h - 1, title);
    if (shade(v, most) > 0) {
      svg.rect(shadeClasses(v, most), x + 0.5, y + 0.5, w - 1, h - 1, title);
    }
    if (digits != HIDDEN || !Double.isFinite(v)) {
      svg.text("k", x + w / 2, y + h / 2 + 4, Anchor.MIDDLE, text);
    }
  }

  private static int shade(double value, double most) {
    return Double.isFinite(value) && most > 0
        ? (int) Math.round(Math.abs(value) / most * SHADES)
        : 0;
  }

  private static String shadeClasses(double value, double most) {
    return Look.fill(value < 0 ? 1 : 0) + " o" + shade(value, most);
  }

  /** What the colours mean. */
  private double scale(Svg svg, double x, double y, double width, double most) {
    if (most == 0) {
      return 0;
    }
    boolean below = false;
    for (double[] row : values) {
      for (double v : row) {
        below |= v < 0;
      }
    }
    double high = most;
    double low = below ? -most : 0;
    int steps = below ? 9 : 5;
    double step = Math.min(22, width / steps);
    for (int i = 0; i < steps; i++) {
      double v = low + (high - low) * i / (steps - 1);
      svg.rect("g", x + i * step + 0.5, y + 0.5, step - 1, 10, "");
      if (shade(v, most) > 0) {
        svg.rect(shadeClasses(v, most), x + i * step + 0.5, y + 0.5, step - 1, 10, "");
      }
    }
    svg.text("m", x, y + 24, Anchor.START, Numbers.text(low));
    svg.text("m", x + steps * step, y + 24, Anchor.END, Numbers.text(high));
    return 28;
  }

  @Override
  String summary() {
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      out.append(rows.get(r)).append(": ");
      for (int c = 0; c < columns.size(); c++) {
        out.append(c == 0 ? "" : ", ").append(columns.get(c)).append(' ');
        out.append(Numbers.text(values[r][c]));
      }
      out.append(". ");
    }
    return out.toString().strip();
  }

  /** Builds {@link HeatMap}. */
  public static final class Builder extends Chart.Builder<Builder> {
    private List<String> rows = List.of();
    private List<String> columns = List.of();
    private double[][] values = new double[0][];
    private String rowLabel = "";
    private String columnLabel = "";

    private Builder() {}

    /** Names from top to bottom. */
    public Builder rows(List<String> names) {
      rows = List.copyOf(names);
      return this;
    }

    /** Names from left to right. */
    public Builder columns(List<String> names) {
      columns = List.copyOf(names);
      return this;
    }

    /** What rows stand for. */
    public Builder rowLabel(String text) {
      rowLabel = Objects.requireNonNull(text);
      return this;
    }

    /** What columns stand for. */
    public Builder columnLabel(String text) {
      columnLabel = Objects.requireNonNull(text);
      return this;
    }

    /** [rows][columns] */
    public Builder values(double[][] matrix) {
      values = matrix.clone();
      return this;
    }

    /** The matrix. */
    public HeatMap build() {
      return new HeatMap(this);
    }
  }
}
