package org.lensdl4j.lab.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.lensdl4j.lab.measure.Interval;

/** Numbers for people, the same in every locale. */
final class Format {
  private Format() {}

  static String number(double x) {
    if (!Double.isFinite(x)) {
      return "–";
    }
    double size = Math.abs(x);
    if (size != 0 && size < 1e-3 && size >= 1e-7) {
      return minus(new BigDecimal(x).round(new MathContext(2)).toPlainString());
    }
    String form =
        size != 0 && (size < 1e-3 || size >= 1e6)
            ? "%.2e"
            : size >= 100 ? "%.1f" : size >= 0.1 || size == 0 ? "%.3f" : "%.4f";
    return minus(String.format(Locale.ROOT, form, x));
  }

  static String signed(double x) {
    return Double.isFinite(x) && x > 0 ? "+" + number(x) : number(x);
  }

  /** A change in percent, with its sign and two digits. */
  static String percent(double x) {
    if (!Double.isFinite(x)) {
      return "–";
    }
    String digits = new BigDecimal(x).round(new MathContext(2)).toPlainString();
    return minus((x > 0 ? "+" : "") + digits) + " %";
  }

  static String interval(Interval i) {
    return String.format(Locale.ROOT, "%s to %s", number(i.low()), number(i.high()));
  }

  static String signedInterval(Interval i) {
    return String.format(Locale.ROOT, "%s to %s", signed(i.low()), signed(i.high()));
  }

  static String p(double p) {
    return p < 0.001 ? "p < 0.001" : minus(String.format(Locale.ROOT, "p %.3f", p));
  }

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  static String bytes(long n) {
    return n < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KB", n / 1024.0)
        : String.format(Locale.ROOT, "%.1f MB", n / 1048576.0);
  }

  static String seconds(double s) {
    return s < 60
        ? String.format(Locale.ROOT, "%.1f s", s)
        : String.format(Locale.ROOT, "%d min %02d s", (long) s / 60, (long) s % 60);
  }

  /** A text's beginning. */
  static String cut(String text, int characters) {
    if (text.codePointCount(0, text.length()) <= characters) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, characters)) + "…";
  }

  private static String minus(String text) {
    return text.replace("-", "−");
  }
}
