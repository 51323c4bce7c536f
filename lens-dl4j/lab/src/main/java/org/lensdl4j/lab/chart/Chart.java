package org.lensdl4j.lab.chart;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A chart, immutable. Its natural width is {@value #WIDTH} units of 13-pixel text; {@link
 * #svg(int)} lays it out for another width, which keeps text the same size where there is less or
 * more room.
 */
public abstract class Chart {
  /** Natural width, if the builder says nothing else. */
  public static final int WIDTH = 480;

  /** The least width that a chart is laid out for. */
  public static final int LEAST_WIDTH = 240;

  static final double EDGE = 8;

  private final String title;
  private final String description;
  private final int width;

  Chart(Builder<?> builder) {
    title = builder.title;
    description = builder.description;
    width = builder.width;
  }

  /** What the chart shows, in a few words. */
  public String title() {
    return title;
  }

  /** For readers who cannot see it: the builder's words, and what the data say. */
  public String description() {
    return (description + " " + summary()).strip();
  }

  /** The {@code <svg>} element in natural width, for a page that has {@link ChartStyle#css()}. */
  public String svg() {
    return svg(width);
  }

  /**
   * The {@code <svg>} element laid out for a width.
   *
   * @param units at least {@value #LEAST_WIDTH}
   */
  public String svg(int units) {
    return render(checked(units), "");
  }

  /** An SVG document of its own, with style and background. */
  public String svgFile() {
    return render(width, ChartStyle.css());
  }

  private String render(int units, String style) {
    Svg svg = new Svg();
    double room = units - 2 * EDGE;
    double y = EDGE;
    if (!title.isEmpty()) {
      y = svg.lines("h", EDGE, y, Svg.Anchor.START, Words.wrap(title, 16.5, room, 4)) + 4;
    }
    double height = draw(svg, EDGE, y, room, Frame.ALONE);
    return svg.document(units, y + height + EDGE, title, description(), style);
  }

  /** What a chart is told by the one that it is a part of. */
  record Frame(boolean legend, double[] x, double[] y) {
    static final Frame ALONE = new Frame(true, new double[0], new double[0]);
  }

  /**
   * Draws everything but the title.
   *
   * @return the height used
   */
  abstract double draw(Svg svg, double x, double y, double width, Frame frame);

  /** What a legend explains. */
  abstract List<Legend.Key> keys();

  /** The chart in words. */
  abstract String summary();

  static int checked(int units) {
    if (units < LEAST_WIDTH || units > 4000) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "width: found %d, expected %d to 4000", units, LEAST_WIDTH));
    }
    return units;
  }

  static double[] copy(String what, double[] values, int length) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: found %d values, expected %d", what, values.length, length));
    }
    return values.clone();
  }

  /** What all builders have. */
  public abstract static class Builder<B extends Builder<B>> {
    private String title = "";
    private String description = "";
    private int width = WIDTH;

    Builder() {}

    @SuppressWarnings("unchecked") // B is the builder's own class in every subclass.
    final B self() {
      return (B) this;
    }

    /** Drawn above the chart; its name for screen readers. */
    public B title(String text) {
      title = Objects.requireNonNull(text);
      return self();
    }

    /** For screen readers, before a summary of the data. */
    public B description(String text) {
      description = Objects.requireNonNull(text);
      return self();
    }

    /** Natural width; by default {@value Chart#WIDTH}. */
    public B width(int units) {
      width = checked(units);
      return self();
    }
  }
}
