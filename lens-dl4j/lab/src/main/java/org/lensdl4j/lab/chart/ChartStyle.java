package org.lensdl4j.lab.chart;

import java.util.List;

/**
 * The style sheet of all charts. A page that shows charts inline has it once; a chart that is a
 * file of its own carries it.
 */
public final class ChartStyle {
  /** Okabe and Ito's colours; on white the light ones are darkened until lines can be seen. */
  static final List<String> LIGHT =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#b8578f", "#b37b00", "#2b8fc7", "#444444", "#8f8500");

  /** The same on black. */
  static final List<String> DARK =
      List.of(
          "#4aa8e0", "#f0803c", "#25c495", "#dd93bb", "#e69f00", "#8fd0f5", "#d0d0d0", "#f0e442");

  private static final String[] DASHES = {"none", "7 3", "2 3", "9 3 2 3", "12 4"};

  private ChartStyle() {}

  /**
   * CSS for elements within {@code svg.lens-chart}. Colours are variables named {@code --lens-*},
   * with dark values for screens whose reader prefers them.
   */
  public static String css() {
    StringBuilder out = new StringBuilder();
    out.append(":root{").append(variables(LIGHT, "#1b1f24", "#59626d", "#dfe3e8", "#ffffff"));
    out.append("}\n@media screen and (prefers-color-scheme:dark){:root{");
    out.append(variables(DARK, "#e9ecef", "#a7b0ba", "#3a414a", "#15181c")).append("}}\n");
    rule(out, "", "font-family:system-ui,'Noto Sans','Segoe UI',sans-serif;font-size:13px");
    rule(out, ".paper", colour("fill", "paper", "#ffffff"));
    rule(out, "text", colour("fill", "ink", "#1b1f24"));
    rule(out, ".m", colour("fill", "soft", "#59626d") + ";font-size:12px");
    rule(out, ".h", "font-weight:600;font-size:15px");
    rule(out, ".p", "font-weight:600");
    rule(out, ".k", "font-size:11px");
    rule(
        out,
        ".halo",
        "paint-order:stroke;stroke-width:3px;stroke-linejoin:round;"
            + colour("stroke", "paper", "#ffffff"));
    rule(out, ".g", "fill:none;" + colour("stroke", "grid", "#dfe3e8"));
    rule(out, ".a", "fill:none;" + colour("stroke", "soft", "#59626d"));
    rule(out, ".l", "fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round");
    rule(out, ".w", "fill:none;stroke-width:1.5");
    rule(out, ".thin", "stroke-width:1;stroke-opacity:.45");
    rule(out, ".thick", "stroke-width:3");
    rule(out, ".band", "fill-opacity:.17");
    rule(out, ".dot", "fill-opacity:.7");
    for (int i = 0; i < LIGHT.size(); i++) {
      rule(out, ".s" + i, colour("stroke", "" + i, LIGHT.get(i)));
      rule(out, ".f" + i, colour("fill", "" + i, LIGHT.get(i)));
    }
    for (int i = 1; i < DASHES.length; i++) {
      rule(out, ".d" + i, "stroke-dasharray:" + DASHES[i]);
    }
    for (int i = 1; i <= HeatMap.SHADES; i++) {
      rule(out, ".o" + i, "fill-opacity:" + Numbers.fixed(0.55 * i / HeatMap.SHADES, 3));
    }
    return out.toString();
  }

  private static String variables(
      List<String> colours, String ink, String soft, String grid, String paper) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < colours.size(); i++) {
      out.append("--lens-").append(i).append(':').append(colours.get(i)).append(';');
    }
    return out.append("--lens-ink:" + ink + ";--lens-soft:" + soft)
        .append(";--lens-grid:" + grid + ";--lens-paper:" + paper)
        .toString();
  }

  /** The plain colour first, for readers of SVG that know no variables. */
  private static String colour(String property, String name, String plain) {
    return property + ":" + plain + ";" + property + ":var(--lens-" + name + ")";
  }

  private static void rule(StringBuilder out, String selector, String body) {
    out.append(".lens-chart").append(selector.isEmpty() ? "" : " " + selector);
    out.append('{').append(body).append("}\n");
  }
}
