package org.lensdl4j.model.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.lensdl4j.model.base.PythonStrings;

/** Filters that make numbers. */
final class NumberFilters {
  private static final Pattern REAL =
      Pattern.compile("[-+]?(\\d+(_\\d+)*+\\.?(\\d+(_\\d+)*+)?|\\.\\d+(_\\d+)*+)([eE][-+]?\\d+)?");
  private static final int MAX_DIGITS = 4300;

  private NumberFilters() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> out = new HashMap<>();
    out.put("int", NumberFilters::integer);
    out.put("float", NumberFilters::real);
    out.put("abs", NumberFilters::abs);
    out.put("round", NumberFilters::round);
    return out;
  }

  private static Object integer(Run run, Object value, Args args) {
    Object[] given = args.bind("int", 0, "default", "base");
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object whole = null;
    if (Python.isString(value)) {
      whole = parse(Python.text(value), (int) Args.integer(given[1], 10));
    } else if (Arithmetic.isInteger(value)) {
      whole = Arithmetic.integer(Arithmetic.big(value));
    }
    Double real = whole != null ? null : parseReal(value);
    if (real != null && real.isInfinite() && !Python.isString(value)) {
      throw TemplateException.python("OverflowError", "cannot convert float infinity to integer");
    }
    if (real != null && !real.isNaN() && !real.isInfinite()) {
      whole = Arithmetic.integer(new BigDecimal(real).toBigInteger());
    }
    return whole != null ? whole : Args.or(given[0], 0L);
  }

  private static Object real(Run run, Object value, Args args) {
    Object[] given = args.bind("float", 0, "default");
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    Double real = parseReal(value);
    return real != null ? real : Args.or(given[0], 0.0);
  }

  /** {@code int(text, base)}, or null. */
  private static Object parse(String text, int base) {
    String digits = PythonStrings.strip(text).toLowerCase(Locale.ROOT);
    boolean minus = digits.startsWith("-");
    digits = minus || digits.startsWith("+") ? digits.substring(1) : digits;
    if (base != 0 && (base < 2 || base > 36)) {
      return null;
    }
    String prefix = digits.length() > 1 && digits.charAt(0) == '0' ? digits.substring(0, 2) : "";
    int named =
        switch (prefix) {
          case "0x" -> 16;
          case "0o" -> 8;
          case "0b" -> 2;
          default -> 0;
        };
    boolean prefixed = named != 0 && (base == 0 || base == named);
    digits = prefixed ? digits.substring(2) : digits;
    int radix = prefixed ? named : base == 0 ? 10 : base;
    if (prefixed && digits.startsWith("_")) {
      digits = digits.substring(1);
    }
    String plain = digits.replace("_", "");
    boolean valid = !plain.isEmpty() && !digits.startsWith("_") && !digits.endsWith("_");
    valid &= !digits.contains("__");
    valid &= plain.chars().allMatch(c -> Character.digit(c, radix) >= 0);
    valid &= base != 0 || prefixed || plain.charAt(0) != '0' || plain.matches("0*");
    if (!valid) {
      return null;
    }
    if (plain.length() > MAX_DIGITS) {
      throw TemplateException.refused("a whole number of more than " + MAX_DIGITS + " digits");
    }
    BigInteger whole = new BigInteger(plain, radix);
    return Arithmetic.integer(minus ? whole.negate() : whole);
  }

  /** {@code float(value)}, or null. */
  private static Double parseReal(Object value) {
    if (Arithmetic.isNumber(value)) {
      return Arithmetic.real(value);
    }
    if (!Python.isString(value)) {
      return null;
    }
    String text = PythonStrings.strip(Python.text(value)).toLowerCase(Locale.ROOT);
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    boolean minus = text.startsWith("-");
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return minus ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (unsigned.equals("nan")) {
      return Double.NaN;
    }
    return text.length() <= MAX_DIGITS && REAL.matcher(text).matches()
        ? Double.valueOf(text.replace("_", ""))
        : null;
  }

  private static Object abs(Run run, Object value, Args args) {
    args.bind("abs", 0);
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Arithmetic.isNumber(value)) {
      throw TemplateException.type("bad operand type for abs(): '" + Python.typeName(value) + "'");
    }
    return value instanceof Double real
        ? (Object) Math.abs(real)
        : Arithmetic.integer(Arithmetic.big(value).abs());
  }

  private static Object round(Run run, Object value, Args args) {
    Object[] given = args.bind("round", 0, "precision", "method");
    Object method = Args.or(given[1], "common");
    if (!"common".equals(method) && !"ceil".equals(method) && !"floor".equals(method)) {
      throw TemplateException.python("FilterArgumentError", "method must be common, ceil or floor");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Arithmetic.isNumber(value)) {
      throw TemplateException.type(
          "type " + Python.typeName(value) + " doesn't define __round__ method");
    }
    long precision = Args.integer(given[0], 0);
    if (Math.abs(precision) > 400) {
      throw TemplateException.refused("round to " + precision + " digits");
    }
    if (method.equals("common")) {
      return rounded(value, (int) precision);
    }
    Object scale = Arithmetic.apply(run, "**", 10L, precision);
    Object scaled = Arithmetic.apply(run, "*", value, scale);
    RoundingMode mode = method.equals("ceil") ? RoundingMode.CEILING : RoundingMode.FLOOR;
    BigDecimal exact =
        scaled instanceof Double real ? finite(real) : new BigDecimal(Arithmetic.big(scaled));
    Object whole = Arithmetic.integer(exact.setScale(0, mode).toBigInteger());
    return Arithmetic.apply(run, "/", whole, scale);
  }

  private static BigDecimal finite(double real) {
    if (Double.isNaN(real) || Double.isInfinite(real)) {
      throw TemplateException.value("cannot convert float NaN or infinity to integer");
    }
    return new BigDecimal(real);
  }

  private static Object rounded(Object value, int precision) {
    if (value instanceof Double real) {
      boolean finite = !real.isNaN() && !real.isInfinite();
      return finite
          ? (Object)
              Math.copySign(
                  new BigDecimal(real).setScale(precision, RoundingMode.HALF_EVEN).doubleValue(),
                  real)
          : real;
    }
    BigDecimal whole = new BigDecimal(Arithmetic.big(value));
    return Arithmetic.integer(
        precision >= 0
            ? whole.toBigInteger()
            : whole.setScale(precision, RoundingMode.HALF_EVEN).toBigInteger());
  }
}
