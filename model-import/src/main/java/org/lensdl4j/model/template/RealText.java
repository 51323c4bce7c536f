package org.lensdl4j.model.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Real numbers with a number of digits, as C writes them; without their sign. */
final class RealText {
  static final int MAX_PRECISION = 1000;

  private RealText() {}

  /**
   * The magnitude of a number.
   *
   * @param type one of e, f, g; upper case for upper case
   * @param full whether g keeps zeros at the end
   */
  static String of(double number, char type, long precision, boolean full) {
    if (precision > MAX_PRECISION) {
      throw TemplateException.refused("a number of more than " + MAX_PRECISION + " digits");
    }
    double value = Math.abs(number);
    String out;
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      out = Double.isNaN(value) ? "nan" : "inf";
    } else {
      int digits = (int) precision;
      out =
          switch (Character.toLowerCase(type)) {
            case 'f' -> fixed(value, digits);
            case 'e' -> exponential(value, digits);
            default -> general(value, Math.max(1, digits), full);
          };
    }
    return Character.isUpperCase(type) ? out.toUpperCase(Locale.ROOT) : out;
  }

  static boolean isNegative(double number) {
    return number < 0 || number == 0 && 1 / number < 0;
  }

  private static String fixed(double value, int digits) {
    return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String exponential(double value, int digits) {
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = value == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String all = value == 0 ? "0" : rounded.unscaledValue().toString();
    all += "0".repeat(Math.max(0, digits + 1 - all.length()));
    return all.charAt(0)
        + (digits > 0 ? "." + all.substring(1, digits + 1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static String general(double value, int digits, boolean full) {
    String exponential = exponential(value, digits - 1);
    int at = exponential.indexOf('e');
    int exponent = Integer.parseInt(exponential.substring(at + 1));
    boolean plain = exponent >= -4 && exponent < digits;
    String out = plain ? fixed(value, digits - 1 - exponent) : exponential.substring(0, at);
    if (!full && out.indexOf('.') >= 0) {
      out = out.replaceFirst("\\.?0+$", "");
    }
    return plain ? out : out + exponential.substring(at);
  }
}
