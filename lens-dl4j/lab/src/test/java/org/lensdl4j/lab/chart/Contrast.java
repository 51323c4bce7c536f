package org.lensdl4j.lab.chart;

/** How far two colours of the form #rrggbb differ in brightness, 1 to 21 (WCAG 2). */
public final class Contrast {
  private Contrast() {}

  /** Ratio of brightness. */
  public static double of(String a, String b) {
    double x = luminance(a);
    double y = luminance(b);
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }

  /** The colour that is seen when the first lies over the second with an opacity. */
  static String mix(String over, String under, double opacity) {
    StringBuilder out = new StringBuilder("#");
    for (int i = 0; i < 3; i++) {
      double c = channel(over, i) * opacity + channel(under, i) * (1 - opacity);
      out.append(String.format(java.util.Locale.ROOT, "%02x", Math.round(c)));
    }
    return out.toString();
  }

  private static int channel(String colour, int i) {
    return Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16);
  }

  private static double luminance(String colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double c = channel(colour, i) / 255.0;
      sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
