package org.lensdl4j.model.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code text % values}. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(((?:[^()]|\\([^()]*\\))*)\\))?([-+ #0]*)(\\*|\\d+)?(?:\\.(\\*|\\d*))?[hlL]?(.)?",
          Pattern.DOTALL);

  private final Run run;
  private final Object values;
  private final List<?> positional;
  private int next;
  private boolean named;

  private PercentFormat(Run run, Object values) {
    this.run = run;
    this.values = values;
    this.positional = values instanceof Tuple tuple ? tuple : null;
  }

  static Object format(Run run, Object form, Object values) {
    String out = new PercentFormat(run, values).format(Python.text(form), form instanceof Markup);
    return form instanceof Markup ? new Markup(out) : out;
  }

  private String format(String form, boolean escape) {
    run.text(form.length());
    StringBuilder out = new StringBuilder();
    Matcher field = FIELD.matcher(form);
    int from = 0;
    while (field.find(from)) {
      out.append(form, from, field.start());
      String text = field(field, escape);
      run.text(text.length());
      out.append(text);
      from = field.end();
    }
    out.append(form, from, form.length());
    boolean mapping =
        values instanceof Dict
            || values instanceof Undefined
            || values instanceof List && !(values instanceof Tuple);
    boolean left = positional == null ? next == 0 && !mapping : next < positional.size();
    if (left && !named) {
      throw TemplateException.type("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  private Object argument() {
    if (positional == null ? next > 0 : next >= positional.size()) {
      throw TemplateException.type("not enough arguments for format string");
    }
    Object out = positional == null ? values : positional.get(next);
    next++;
    return out;
  }

  private String field(Matcher field, boolean escape) {
    String key = field.group(1);
    Object value = Args.NONE_GIVEN;
    if (key != null) {
      if (!(values instanceof Dict dict)) {
        throw TemplateException.type("format requires a mapping");
      }
      named = true;
      value = dict.get(key, Args.NONE_GIVEN);
      if (value == Args.NONE_GIVEN) {
        throw TemplateException.python("KeyError", "'" + key + "'");
      }
    }
    String flags = field.group(2);
    long width = count(field.group(3));
    boolean leftByStar = "*".equals(field.group(3)) && width < 0;
    long precision = field.group(4) == null ? -1 : Math.max(0, count(field.group(4)));
    if (field.group(5) == null) {
      throw TemplateException.value("incomplete format");
    }
    char type = field.group(5).charAt(0);
    if (type == '%') {
      return "%";
    }
    if ("diuoxXeEfFgGcrsa".indexOf(type) < 0) {
      throw TemplateException.value("unsupported format character '" + type + "'");
    }
    value = value == Args.NONE_GIVEN ? argument() : value;
    String[] parts = parts(value, type, flags, precision, escape);
    boolean left = leftByStar || flags.indexOf('-') >= 0;
    boolean zeros = flags.indexOf('0') >= 0 && !left && "rsac".indexOf(type) < 0;
    long missing = Math.abs(width) - Python.length(parts[0]) - Python.length(parts[1]);
    String fill = Text.repeat(run, zeros ? "0" : " ", missing);
    if (zeros) {
      return parts[0] + fill + parts[1];
    }
    return left ? parts[0] + parts[1] + fill : fill + parts[0] + parts[1];
  }

  private long count(String digits) {
    if (digits == null || digits.isEmpty()) {
      return 0;
    }
    if (digits.equals("*")) {
      Object value = argument();
      if (!Arithmetic.isInteger(value)) {
        throw TemplateException.type("* wants int");
      }
      return Arithmetic.index(value);
    }
    if (digits.length() > 9) {
      throw TemplateException.value("width too big");
    }
    return Long.parseLong(digits);
  }

  /** Sign or prefix, and what follows it. */
  private String[] parts(Object value, char type, String flags, long precision, boolean escape) {
    switch (type) {
      case 's', 'r', 'a' -> {
        String text = type == 's' ? run.str(value) : Printer.repr(run, value);
        if (type == 'a' && text.chars().anyMatch(c -> c > 0x7e)) {
          throw TemplateException.refused("%a of text that is not ASCII");
        }
        text = escape ? Markup.escape(run, type == 's' ? value : text) : text;
        boolean cuts = precision >= 0 && precision < Python.length(text);
        return new String[] {"", cuts ? Text.slice(text, 0, (int) precision) : text};
      }
      case 'c' -> {
        return new String[] {"", character(value)};
      }
      default -> {}
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Arithmetic.isNumber(value)) {
      throw TemplateException.type(
          String.format(
              Locale.ROOT,
              "%%%s format: a real number is required, not %s",
              type,
              Python.typeName(value)));
    }
    if ("eEfFgG".indexOf(type) >= 0) {
      double real = Arithmetic.real(value);
      boolean full = flags.indexOf('#') >= 0;
      String digits = RealText.of(real, type, precision < 0 ? 6 : precision, full);
      return new String[] {sign(RealText.isNegative(real), flags), digits};
    }
    return integer(value, type, flags, precision);
  }

  private String[] integer(Object value, char type, String flags, long precision) {
    boolean decimal = "diu".indexOf(type) >= 0;
    if (value instanceof Double real) {
      if (!decimal) {
        throw TemplateException.type("%" + type + " format: an integer is required, not float");
      }
      if (real.isNaN() || real.isInfinite()) {
        throw TemplateException.value("cannot convert float NaN or infinity to integer");
      }
    }
    BigInteger number =
        value instanceof Double real ? new BigDecimal(real).toBigInteger() : Arithmetic.big(value);
    int radix = decimal ? 10 : type == 'o' ? 8 : 16;
    String digits =
        decimal ? Printer.number(Arithmetic.integer(number.abs())) : number.abs().toString(radix);
    digits = type == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
    String zeros = Text.repeat(run, "0", precision - digits.length());
    String prefix = !decimal && flags.indexOf('#') >= 0 ? "0" + type : "";
    return new String[] {sign(number.signum() < 0, flags) + prefix, zeros + digits};
  }

  private static String sign(boolean negative, String flags) {
    return negative ? "-" : flags.indexOf('+') >= 0 ? "+" : flags.indexOf(' ') >= 0 ? " " : "";
  }

  private static String character(Object value) {
    if (Python.isString(value) && Python.length(value) == 1) {
      return Python.text(value);
    }
    if (!Arithmetic.isInteger(value)) {
      throw TemplateException.type("%c requires int or char");
    }
    long c = Arithmetic.index(value);
    if (c < 0 || c > Character.MAX_CODE_POINT) {
      throw TemplateException.python("OverflowError", "%c arg not in range(0x110000)");
    }
    return Character.toString((int) c);
  }
}
