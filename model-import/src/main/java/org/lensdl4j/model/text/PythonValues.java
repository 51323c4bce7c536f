package org.lensdl4j.model.text;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Values as Python's {@code str}, {@code repr} and {@code json.dumps} write them. */
final class PythonValues {
  private PythonValues() {}

  /** {@code str(value)}; an undefined variable is empty. */
  static String str(Object value) {
    return value == null ? "" : value instanceof CharSequence ? value.toString() : repr(value);
  }

  /** {@code repr(value)} of the types that a template can hold; others are refused. */
  static String repr(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof CharSequence text) {
      return quoted(text.toString());
    }
    StringBuilder out = new StringBuilder();
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (k, v) ->
              out.append(out.isEmpty() ? "" : ", ").append(repr(k)).append(": ").append(repr(v)));
      return "{" + out + "}";
    }
    if (value instanceof Collection<?> items) {
      items.forEach(item -> out.append(out.isEmpty() ? "" : ", ").append(repr(item)));
      return "[" + out + "]";
    }
    throw new TemplateStop("a value of this kind cannot be printed");
  }

  /** {@code json.dumps(value, ensure_ascii=False, indent=indent)}. */
  static String json(Object value, int indent) {
    StringBuilder out = new StringBuilder();
    json(out, value, indent, 0);
    return out.toString();
  }

  private static void json(StringBuilder out, Object value, int indent, int depth) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Number number) {
      out.append(number(number));
    } else if (value instanceof CharSequence text) {
      jsonString(out, text);
    } else if (value instanceof Map<?, ?> map) {
      String separator = "";
      out.append('{');
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        newLine(out, indent, depth + 1);
        jsonString(out, String.valueOf(entry.getKey()));
        out.append(": ");
        json(out, entry.getValue(), indent, depth + 1);
        separator = indent < 0 ? ", " : ",";
      }
      if (!map.isEmpty()) {
        newLine(out, indent, depth);
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      String separator = "";
      out.append('[');
      for (Object item : list) {
        out.append(separator);
        newLine(out, indent, depth + 1);
        json(out, item, indent, depth + 1);
        separator = indent < 0 ? ", " : ",";
      }
      if (!list.isEmpty()) {
        newLine(out, indent, depth);
      }
      out.append(']');
    } else {
      throw new TemplateStop("tojson: a value of this kind has no JSON");
    }
  }

  private static void newLine(StringBuilder out, int indent, int depth) {
    if (indent >= 0) {
      out.append('\n').append(" ".repeat(indent * depth));
    }
  }

  private static void jsonString(StringBuilder out, CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static String number(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (value == Math.rint(value) && Math.abs(value) < 1e16) {
        return "%d.0".formatted((long) value);
      }
    }
    return number.toString();
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c == quote) {
            out.append('\\').append(c);
          } else if (c < 0x20 || c == 0x7f) {
            out.append("\\x%02x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append(quote).toString();
  }
}
