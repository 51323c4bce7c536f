package org.lensdl4j.model.template;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code format(value, spec)}: what stands behind the colon in {@code '{:>8}'}. */
final class FormatSpec {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d+)?([,_])?(?:\\.(\\d+))?([a-zA-Z%])?",
          Pattern.DOTALL);

  private final Run run;
  private final String fill;
  private final char align;
  private final String sign;
  private final boolean alternate;
  private final long width;
  private final String group;
  private final int precision;
  private final char type;

  private FormatSpec(Run run, Matcher form, boolean number) {
    this.run = run;
    boolean zero = form.group(5) != null;
    fill = form.group(1) != null ? form.group(1) : zero ? "0" : " ";
    String side = form.group(2) != null ? form.group(2) : number ? (zero ? "=" : ">") : "<";
    align = side.charAt(0);
    sign = form.group(3) == null ? "-" : form.group(3);
    alternate = form.group(4) != null;
    width = number(form.group(6));
    group = form.group(7);
    precision = (int) number(form.group(8));
    type = form.group(9) == null ? ' ' : form.group(9).charAt(0);
  }

  private static long number(String digits) {
    if (digits != null && digits.length() > 9) {
      throw TemplateException.value("Too many decimal digits in format string");
    }
    return digits == null ? -1 : Long.parseLong(digits);
  }

  static String format(Run run, Object value, String spec) {
    if (spec.isEmpty()) {
      return run.str(value);
    }
    boolean number = Arithmetic.isNumber(value);
    if (!number && !Python.isString(value)) {
      throw TemplateException.type(
          "unsupported format string passed to " + Python.typeName(value) + ".__format__");
    }
    Matcher form = FORM.matcher(spec);
    if (!form.matches()) {
      throw TemplateException.value("Invalid format specifier");
    }
    FormatSpec parsed = new FormatSpec(run, form, number);
    return number ? parsed.number(value) : parsed.text(Python.text(value), form.group(3) != null);
  }

  private TemplateException unknown(String kind) {
    return TemplateException.value(
        "Unknown format code '" + type + "' for object of type '" + kind + "'");
  }

  private String text(String value, boolean signed) {
    if (type != ' ' && type != 's') {
      throw unknown("str");
    }
    if (signed || alternate || align == '=' || group != null) {
      throw TemplateException.value("a sign, '#', '=' or ',' is not allowed in a string format");
    }
    boolean cuts = precision >= 0 && precision < Python.length(value);
    return pad("", cuts ? Text.slice(value, 0, precision) : value);
  }

  private String number(Object value) {
    boolean whole = Arithmetic.isInteger(value);
    if (whole && "dboxXc ".indexOf(type) >= 0) {
      return integer(value);
    }
    if ("eEfFgG% ".indexOf(type) < 0) {
      if (type == 'n') {
        throw TemplateException.refused("the format code 'n'");
      }
      throw unknown(Python.typeName(value));
    }
    double real = Arithmetic.real(value);
    String digits;
    if (type == ' ') {
      digits = precision < 0 ? Printer.number(Math.abs(real)) : shortWithPoint(real);
    } else if (type == '%') {
      digits = RealText.of(real * 100, 'f', precision < 0 ? 6 : precision, false) + "%";
    } else {
      digits = RealText.of(real, type, precision < 0 ? 6 : precision, alternate);
    }
    if (alternate && digits.indexOf('.') < 0) {
      throw TemplateException.refused("the format flag '#' of a real number");
    }
    return pad(signOf(RealText.isNegative(real)), grouped(digits, 3));
  }

  /** As g, but with a digit behind the point. */
  private String shortWithPoint(double real) {
    String out = RealText.of(real, 'g', precision, false);
    if (!out.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return out;
    }
    if (out.length() >= Math.max(1, precision)) {
      throw TemplateException.refused("a format of a real number with few digits and no type");
    }
    return out + ".0";
  }

  private String integer(Object value) {
    if (precision >= 0) {
      throw TemplateException.value("Precision not allowed in integer format specifier");
    }
    BigInteger number = Arithmetic.big(value);
    if (type == 'c') {
      int c = number.bitLength() < 31 ? number.intValue() : -1;
      if (!Character.isValidCodePoint(c)) {
        throw TemplateException.python("OverflowError", "%c arg not in range(0x110000)");
      }
      return pad("", Character.toString(c));
    }
    int radix =
        switch (type) {
          case 'b' -> 2;
          case 'o' -> 8;
          case 'x', 'X' -> 16;
          default -> 10;
        };
    String digits =
        radix == 10
            ? Printer.number(Arithmetic.integer(number.abs()))
            : number.abs().toString(radix);
    String prefix = alternate && radix != 10 ? "0" + type : "";
    digits = type == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
    return pad(signOf(number.signum() < 0) + prefix, grouped(digits, radix == 10 ? 3 : 4));
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign.equals("-") ? "" : sign;
  }

  private String grouped(String digits, int size) {
    if (group == null) {
      return digits;
    }
    int end = 0;
    while (end < digits.length() && Character.isLetterOrDigit(digits.charAt(end))) {
      end++;
    }
    if (align == '=' && fill.equals("0") && width > 0) {
      throw TemplateException.refused("a format with zeros and '" + group + "'");
    }
    StringBuilder out = new StringBuilder(digits);
    for (int at = end - size; at > 0; at -= size) {
      out.insert(at, group);
    }
    return out.toString();
  }

  private String pad(String before, String digits) {
    long missing = width - Python.length(before) - Python.length(digits);
    if (missing <= 0) {
      return before + digits;
    }
    long left =
        switch (align) {
          case '<' -> 0;
          case '^' -> missing / 2;
          default -> missing;
        };
    String start = Text.repeat(run, fill, left);
    String end = Text.repeat(run, fill, missing - left);
    return align == '=' ? before + start + digits : start + before + digits + end;
  }
}
