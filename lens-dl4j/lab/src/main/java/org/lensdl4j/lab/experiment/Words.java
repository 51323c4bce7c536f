package org.lensdl4j.lab.experiment;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.measure.Interval;

/** Plain words for figures. */
final class Words {
  private Words() {}

  /** A number with three significant digits, or all before the point; the same everywhere. */
  static String number(double x) {
    if (Double.isNaN(x)) {
      return "-";
    }
    return x == 0 ? "0" : digits(x);
  }

  private static String digits(double x) {
    double size = Math.abs(x);
    if (size < 1e-4 && size >= 1e-7) {
      return new BigDecimal(x).round(new MathContext(2)).toPlainString();
    }
    return String.format(Locale.ROOT, size >= 999.5 && size < 1e7 ? "%.0f" : "%.3g", x);
  }

  /** A value of a setting as one would write it: 2, 0.5, 0.00001. */
  static String value(double x) {
    return new BigDecimal(x).round(new MathContext(12)).stripTrailingZeros().toPlainString();
  }

  /** A share in percent. */
  static String percent(double share) {
    if (share > 0 && share < 0.001) {
      return number(100 * share) + " %";
    }
    return String.format(Locale.ROOT, share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
  }

  /** What a difference says: up, down, nothing beyond chance, nothing at all. */
  static String change(Interval d) {
    if (d.low() == 0 && d.high() == 0) {
      return "did not change";
    }
    String interval = "95 % interval " + signed(d.low()) + " to " + signed(d.high());
    if (!d.excludesZero()) {
      return "did not change beyond chance (" + signed(d.value()) + ", " + interval + ")";
    }
    return (d.value() > 0 ? "rose by " : "fell by ")
        + number(Math.abs(d.value()))
        + " ("
        + interval
        + ")";
  }

  /** What the difference of two trainings says. */
  static String against(Interval d) {
    if (d.low() == 0 && d.high() == 0) {
      return "is the same";
    }
    String interval = "95 % interval " + signed(d.low()) + " to " + signed(d.high());
    if (!d.excludesZero()) {
      return "does not differ beyond chance (" + signed(d.value()) + ", " + interval + ")";
    }
    return (d.value() > 0 ? "is higher by " : "is lower by ")
        + number(Math.abs(d.value()))
        + " ("
        + interval
        + ")";
  }

  /** A number with its sign. */
  static String signed(double x) {
    return x > 0 ? "+" + digits(x) : number(x);
  }

  /** {@code a, b and c}. */
  static String list(List<String> items) {
    if (items.isEmpty()) {
      return "none";
    }
    int last = items.size() - 1;
    return last == 0
        ? items.get(0)
        : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
  }

  /** How many items, and that fewer show less. */
  static String items(int count) {
    return count == 1 ? "1 text per language" : count + " texts per language";
  }
}
