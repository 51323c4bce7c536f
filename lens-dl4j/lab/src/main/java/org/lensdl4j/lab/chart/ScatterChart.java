package org.lensdl4j.lab.chart;

import java.util.List;
import org.lensdl4j.lab.chart.Legend.Kind;

/**
 * Points in two number axes; series differ by colour and shape.
 *
 * <pre>{@code
 * String svg =
 *     ScatterChart.builder()
 *         .title("States of layer 30").xLabel("component 1").yLabel("component 2")
 *         .series("zh", x, y).series("sw", x2, y2).labelGroups()
 *         .build().svg();
 * }</pre>
 */
public final class ScatterChart extends XyChart {
  private ScatterChart(Builder builder) {
    super(builder);
  }

  /** An empty chart. */
  public static Builder builder() {
    return new Builder().padded();
  }

  /** Builds {@link ScatterChart}. */
  public static final class Builder extends XyBuilder<Builder> {
    private Builder() {}

    /** Adds points; those that are no numbers are left out. */
    public Builder series(String name, double[] x, double[] y) {
      return add(name, Kind.POINTS, x, y, null, null, null);
    }

    /** Adds points with names, drawn where there is room and shown by pointing at a point. */
    public Builder series(String name, double[] x, double[] y, List<String> labels) {
      return add(name, Kind.POINTS, x, y, null, null, labels);
    }

    /** Adds a line, such as the front of what can be had. */
    public Builder line(String name, double[] x, double[] y) {
      return add(name, Kind.LINE, x, y, null, null, null);
    }

    /** Writes the name of each series over the middle of its points, where there is room. */
    public Builder labelGroups() {
      return nameGroups();
    }

    /** The chart. */
    public ScatterChart build() {
      return new ScatterChart(this);
    }
  }
}
