package org.lensdl4j.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pairs of bars, before and after, in panels side by side, as an SVG document that needs nothing
 * else.
 */
public final class BarChart {
  private static final int PANEL_WIDTH = 340;
  private static final int HEIGHT = 260;
  private static final int TOP = 64;
  private static final int BASE = 220;
  private static final int LEFT = 20;
  private static final String BEFORE = "#9aa7b5";
  private static final String AFTER = "#d9822b";

  private record Panel(String title, List<String> labels, double[] before, double[] after) {}

  private final String title;
  private final List<Panel> panels = new ArrayList<>();

  /** An empty chart. */
  public BarChart(String title) {
    this.title = title;
  }

  /**
   * Adds a panel.
   *
   * @param labels one per pair of bars
   * @param before values >= 0
   * @param after values >= 0
   */
  public BarChart panel(String heading, List<String> labels, double[] before, double[] after) {
    if (before.length != labels.size() || after.length != labels.size()) {
      throw new IllegalArgumentException(
          "%d labels but %d and %d values".formatted(labels.size(), before.length, after.length));
    }
    panels.add(new Panel(heading, List.copyOf(labels), before.clone(), after.clone()));
    return this;
  }

  /** The SVG document. */
  public String toSvg() {
    int width = Math.max(1, panels.size()) * PANEL_WIDTH;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
        font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" rx="6" fill="#ffffff"/>
        """
            .formatted(width, HEIGHT, width, HEIGHT));
    text(svg, LEFT, 22, "start", "#222222", "font-size=\"15\"", title);
    legend(svg, width);
    for (int p = 0; p < panels.size(); p++) {
      draw(svg, panels.get(p), p * PANEL_WIDTH + LEFT);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void legend(StringBuilder svg, int width) {
    rectangle(svg, width - 150, 12, 11, 11, BEFORE);
    text(svg, width - 134, 22, "start", "#444444", "", "before");
    rectangle(svg, width - 80, 12, 11, 11, AFTER);
    text(svg, width - 64, 22, "start", "#444444", "", "after");
  }

  private static void draw(StringBuilder svg, Panel panel, int x) {
    text(svg, x, 48, "start", "#444444", "", panel.title);
    double top = 1e-9;
    for (int i = 0; i < panel.before.length; i++) {
      top = Math.max(top, Math.max(length(panel.before[i]), length(panel.after[i])));
    }
    double step = (PANEL_WIDTH - 2.0 * LEFT) / Math.max(1, panel.labels.size());
    double bar = Math.min(18, step * 0.42);
    for (int i = 0; i < panel.labels.size(); i++) {
      double middle = x + (i + 0.5) * step;
      bar(svg, middle - bar - 1, bar, panel.before[i], top, BEFORE);
      bar(svg, middle + 1, bar, panel.after[i], top, AFTER);
      text(svg, middle, BASE + 16, "middle", "#222222", "", panel.labels.get(i));
    }
    svg.append(
        "<path d=\"M%d %dH%d\" stroke=\"#888888\"/>%n".formatted(x, BASE, x + PANEL_WIDTH - 40));
  }

  private static void bar(
      StringBuilder svg, double x, double width, double value, double top, String fill) {
    double height = length(value) / top * (BASE - TOP - 12);
    rectangle(svg, x, BASE - height, width, height, fill);
    String number = number(value);
    text(svg, x + width / 2, BASE - height - 3, "middle", "#444444", "font-size=\"7\"", number);
  }

  private static double length(double value) {
    return Double.isFinite(value) ? Math.max(0, value) : 0;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }

  private static void rectangle(
      StringBuilder svg, double x, double y, double width, double height, String fill) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
            x,
            y,
            width,
            height,
            fill));
  }

  private static void text(
      StringBuilder svg,
      double x,
      double y,
      String anchor,
      String fill,
      String more,
      String words) {
    String safe = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" %s>%s</text>%n",
            x,
            y,
            anchor,
            fill,
            more,
            safe));
  }
}
