package org.lensdl4j.lab.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text, the same in every locale. */
final class Numbers {
  private Numbers() {}

  /** A coordinate. */
  static String at(double value) {
    if (!(Math.abs(value) < 1e7)) {
      throw new IllegalStateException("coordinate " + value);
    }
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0
        ? Long.toString(tenths / 10)
        : (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
  }

  /** A value for people, with about three digits; "–" if it is none. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e6)) {
      return minus(scientific(value));
    }
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return fixed(value, digits);
  }

  /** Digits behind the point that show three of the largest value, if its size is usual. */
  static int digits(double largest) {
    boolean usual = largest >= 1e-4 && largest < 1e6;
    return usual ? (int) Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(largest)))) : -1;
  }

  /** A value among others, whose {@link #digits} are known. */
  static String among(double value, int digits) {
    return digits < 0 || !Double.isFinite(value) ? text(value) : fixed(value, digits);
  }

  /** A value with the given number of decimals. */
  static String fixed(double value, int digits) {
    String text = String.format(Locale.ROOT, "%,." + digits + "f", value);
    return minus(text.matches("-[0.,]*") ? text.substring(1) : text);
  }

  /** Like 2e-5 or 1.5e7. */
  static String scientific(double value) {
    BigDecimal number = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    int exponent = number.precision() - number.scale() - 1;
    String digits = number.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString();
    return minus(digits + "e" + exponent);
  }

  private static String minus(String text) {
    return text.replace('-', '−');
  }
}
