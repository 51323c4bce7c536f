package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.lensdl4j.lab.chart.Legend.Key;
import org.lensdl4j.lab.chart.Svg.Anchor;

/**
 * Charts of one kind side by side, as many in a row as there is room for.
 *
 * <pre>{@code
 * SmallMultiples.builder().title("Accuracy").sharedY()
 *     .panel("zh", LineChart.builder()...build())
 *     .panel("sw", LineChart.builder()...build())
 *     .build().svg();
 * }</pre>
 *
 * If all panels have the same series, one legend explains them. Titles of the panels' own charts
 * are not drawn.
 */
public final class SmallMultiples extends Chart {
  private static final double GAP = 16;

  private record Panel(String title, Chart chart) {}

  private final List<Panel> panels;
  private final boolean sharedX;
  private final boolean sharedY;
  private final int least;

  private SmallMultiples(Builder builder) {
    super(builder);
    panels = List.copyOf(builder.panels);
    sharedX = builder.sharedX;
    sharedY = builder.sharedY;
    least = builder.least;
  }

  /** No panels yet. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  List<Key> keys() {
    Set<List<Key>> all = new LinkedHashSet<>();
    panels.forEach(p -> all.add(p.chart.keys()));
    return all.size() == 1 ? all.iterator().next() : List.of();
  }

  @Override
  double draw(Svg svg, double x, double y, double width, Frame frame) {
    double at = y;
    boolean common = frame.legend() && !keys().isEmpty();
    if (common) {
      at += Legend.draw(svg, keys(), x, at, width);
    }
    int columns = (int) Math.max(1, Math.floor((width + GAP) / (least + GAP)));
    columns = Math.min(columns, Math.max(1, panels.size()));
    double wide = (width - (columns - 1) * GAP) / columns;
    double[] xs = sharedX ? range(true) : new double[0];
    double[] ys = sharedY ? range(false) : new double[0];
    for (int row = 0; row * columns < panels.size(); row++) {
      double tallest = 0;
      for (int c = 0; c < columns && row * columns + c < panels.size(); c++) {
        Panel panel = panels.get(row * columns + c);
        double left = x + c * (wide + GAP);
        double below = at;
        if (!panel.title.isEmpty()) {
          List<String> lines = Words.wrap(panel.title, Svg.SIZE * 1.1, wide, 2);
          below = svg.lines("p", left, at, Anchor.START, lines);
        }
        Frame inner = new Frame(frame.legend() && !common, xs, ys);
        below += panel.chart.draw(svg, left, below, wide, inner);
        tallest = Math.max(tallest, below - at);
      }
      at += tallest + GAP;
    }
    return at - GAP - y;
  }

  private double[] range(boolean horizontal) {
    Axis.Range out = new Axis.Range(Axis.Plan.PLAIN);
    for (Panel panel : panels) {
      if (panel.chart instanceof XyChart xy) {
        out.add((horizontal ? xy.xRange() : xy.yRange()).bounds());
      } else if (panel.chart instanceof BarChart bars && horizontal) {
        out.add(bars.range().bounds());
      }
    }
    return out.bounds();
  }

  @Override
  String summary() {
    StringBuilder out = new StringBuilder();
    for (Panel panel : panels) {
      out.append(panel.title).append(": ").append(panel.chart.description()).append(' ');
    }
    return out.toString().strip();
  }

  /** Builds {@link SmallMultiples}. */
  public static final class Builder extends Chart.Builder<Builder> {
    private final List<Panel> panels = new ArrayList<>();
    private boolean sharedX;
    private boolean sharedY;
    private int least = 148;

    private Builder() {}

    /** Adds a chart. */
    public Builder panel(String title, Chart chart) {
      if (chart instanceof SmallMultiples) {
        throw new IllegalArgumentException("panel " + title + ": small multiples in a panel");
      }
      panels.add(new Panel(title, chart));
      return this;
    }

    /** All panels have the same x axis; bars have it as their axis of values. */
    public Builder sharedX() {
      sharedX = true;
      return this;
    }

    /** All panels have the same y axis. */
    public Builder sharedY() {
      sharedY = true;
      return this;
    }

    /** Panels are at least this wide where the chart is; by default 148. */
    public Builder panelWidth(int units) {
      least = Math.max(120, units);
      return this;
    }

    /** The chart. */
    public SmallMultiples build() {
      return new SmallMultiples(this);
    }
  }
}
