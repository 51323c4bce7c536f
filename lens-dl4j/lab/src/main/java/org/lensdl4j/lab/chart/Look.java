package org.lensdl4j.lab.chart;

/** How a series looks: colour, shape of its marks, dashes; each alone tells eight series apart. */
final class Look {
  static final int COLOURS = 8;
  private static final int SHAPES = 8;

  private Look() {}

  static String stroke(int series) {
    return "s" + series % COLOURS;
  }

  static String fill(int series) {
    return "f" + series % COLOURS;
  }

  /** Classes of a line; from the ninth series on, a colour comes with other dashes. */
  static String line(int series) {
    return "l " + stroke(series) + " d" + (series + series / COLOURS) % 5;
  }

  /** The outline of a mark around a point. */
  static String mark(int series, double x, double y, double r) {
    int shape = (series + series / COLOURS) % SHAPES;
    return switch (shape) {
      case 0 -> circle(x, y, r);
      case 1 -> polygon(x, y, r * 0.9, -1, -1, 1, -1, 1, 1, -1, 1);
      case 2 -> polygon(x, y, r * 1.2, 0, -1, 0.95, 0.75, -0.95, 0.75);
      case 3 -> polygon(x, y, r * 1.25, 0, -1, 0.85, 0, 0, 1, -0.85, 0);
      case 4 -> polygon(x, y, r * 1.2, 0, 1, 0.95, -0.75, -0.95, -0.75);
      case 5 -> cross(x, y, r * 1.2);
      case 6 -> polygon(x, y, r * 1.3, -1, -0.35, 1, -0.35, 1, 0.35, -1, 0.35);
      default -> polygon(x, y, r * 1.3, -0.35, -1, 0.35, -1, 0.35, 1, -0.35, 1);
    };
  }

  private static String circle(double x, double y, double r) {
    String radius = Numbers.at(r);
    String there = "a" + radius + " " + radius + " 0 1 0 " + Numbers.at(2 * r) + " 0";
    String back = "a" + radius + " " + radius + " 0 1 0 " + Numbers.at(-2 * r) + " 0Z";
    return Svg.move(x - r, y) + there + back;
  }

  private static String cross(double x, double y, double r) {
    double a = 0.33;
    return polygon(
        x, y, r, -a, -1, a, -1, a, -a, 1, -a, 1, a, a, a, a, 1, -a, 1, -a, a, -1, a, -1, -a, -a,
        -a);
  }

  private static String polygon(double x, double y, double r, double... corners) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < corners.length; i += 2) {
      double px = x + r * corners[i];
      double py = y + r * corners[i + 1];
      out.append(i == 0 ? Svg.move(px, py) : Svg.lineTo(px, py));
    }
    return out.append('Z').toString();
  }
}
