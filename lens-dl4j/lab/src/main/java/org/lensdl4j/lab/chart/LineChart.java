package org.lensdl4j.lab.chart;

import org.lensdl4j.lab.chart.Legend.Kind;

/**
 * Lines over a number axis, with bands of uncertainty.
 *
 * <pre>{@code
 * String svg =
 *     LineChart.builder()
 *         .title("Accuracy by rank").xLabel("rank r").yLabel("accuracy").wholeX()
 *         .series("zh", ranks, accuracy, low, high)
 *         .reference("guessing", 0.5)
 *         .build().svgFile();
 * }</pre>
 *
 * Values that are no numbers leave a gap. Names stand at the ends of the lines where there is room,
 * below the chart otherwise.
 */
public final class LineChart extends XyChart {
  private LineChart(Builder builder) {
    super(builder);
  }

  /** An empty chart. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link LineChart}. */
  public static final class Builder extends XyBuilder<Builder> {
    private Builder() {}

    /** Adds a line through (x[i], y[i]) in the order given. */
    public Builder series(String name, double[] x, double[] y) {
      return add(name, Kind.LINE, x, y, null, null, null);
    }

    /** Adds a line with a band from low[i] to high[i]. */
    public Builder series(String name, double[] x, double[] y, double[] low, double[] high) {
      return add(name, Kind.LINE, x, y, low, high, null);
    }

    /** The chart. */
    public LineChart build() {
      return new LineChart(this);
    }
  }
}
