package org.lensdl4j.model.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Values as Python's {@code str} and {@code repr} write them. */
final class Printer {
  private static final int MAX_DIGITS = 4300; // of a whole number, as in Python

  private final Run run;
  private final StringBuilder out = new StringBuilder();

  private Printer(Run run) {
    this.run = run;
  }

  static String str(Run run, Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Markup markup) {
      return markup.text();
    }
    return value instanceof Undefined ? "" : repr(run, value);
  }

  static String repr(Run run, Object value) {
    Printer printer = new Printer(run);
    printer.write(value);
    return printer.out.toString();
  }

  /** For a message: a number or string; of another value, its type. */
  static String brief(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean
        ? String.valueOf(value)
        : "of type " + Python.typeName(value);
  }

  private void put(String text) {
    run.text(text.length());
    out.append(text);
  }

  private void write(Object value) {
    run.enter();
    try {
      if (value == null) {
        put("None");
      } else if (value instanceof Boolean flag) {
        put(flag ? "True" : "False");
      } else if (Arithmetic.isNumber(value)) {
        put(number(value));
      } else if (value instanceof String text) {
        quoted(text);
      } else if (value instanceof Markup markup) {
        put("Markup(");
        quoted(markup.text());
        put(")");
      } else if (value instanceof Undefined) {
        put("Undefined");
      } else if (value instanceof Range range) {
        put(range.toString());
      } else if (value instanceof List<?> list) {
        boolean tuple = value instanceof Tuple;
        list(list, tuple ? "(" : "[", tuple ? (list.size() == 1 ? ",)" : ")") : "]");
      } else if (value instanceof Dict dict) {
        dict(dict);
      } else if (value instanceof View view) {
        list(view.items(), "dict_" + view.kind() + "([", "])");
      } else if (value instanceof Namespace namespace) {
        put("<Namespace ");
        dict(namespace.attributes());
        put(">");
      } else if (value instanceof Loop loop) {
        put("<LoopContext " + loop.index() + "/" + loop.length() + ">");
      } else if (value instanceof Macro macro) {
        put("<Macro ");
        put(macro.name() == null ? "anonymous" : repr(run, macro.name()));
        put(">");
      } else {
        throw TemplateException.refused(
            "to print a " + Python.typeName(value) + ", which Python writes with an address");
      }
    } finally {
      run.leave();
    }
  }

  private void list(Iterable<?> items, String open, String close) {
    put(open);
    String separator = "";
    for (Object item : items) {
      put(separator);
      write(item);
      separator = ", ";
    }
    put(close);
  }

  private void dict(Dict dict) {
    put("{");
    Iterator<Object> values = dict.values().iterator();
    String separator = "";
    for (Object key : dict.keys()) {
      put(separator);
      write(key);
      put(": ");
      write(values.next());
      separator = ", ";
    }
    put("}");
  }

  private void quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    run.text(text.length() + 2L);
    out.append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> character(c, quote);
              }
            });
    out.append(quote);
  }

  private void character(int c, char quote) {
    if (c == quote) {
      out.append('\\').appendCodePoint(c);
    } else if (isPrintable(c)) {
      out.appendCodePoint(c);
    } else {
      run.text(9);
      String form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
      out.append(String.format(Locale.ROOT, form, c));
    }
  }

  /** {@code c.isprintable()}. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** A number as Python writes it. */
  static String number(Object number) {
    if (number instanceof Double real) {
      return real(real);
    }
    if (number instanceof BigInteger whole && whole.bitLength() > 3.33 * MAX_DIGITS) {
      throw TemplateException.value(
          "Exceeds the limit (" + MAX_DIGITS + " digits) for integer string conversion");
    }
    return number instanceof Boolean flag ? (flag ? "True" : "False") : number.toString();
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value < 0 ? "-inf" : "inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return (shortest.scale() <= 0 ? shortest.setScale(1) : shortest).toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /** The shortest decimal number that is read back as this one. */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
  }
}
