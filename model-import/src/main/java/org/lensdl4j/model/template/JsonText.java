package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code json.dumps}, as the filter {@code tojson} of transformers calls it. */
final class JsonText {
  private final Run run;
  private final StringBuilder out = new StringBuilder();
  private final boolean ascii;
  private final String indent;
  private final String item;
  private final String pair;
  private final boolean sorted;

  private JsonText(Run run, Object[] options) {
    this.run = run;
    ascii = Args.flag(options[0], false);
    Object width = Args.or(options[1], null);
    indent =
        width == null
            ? null
            : Python.isString(width)
                ? Python.text(width)
                : Text.repeat(run, " ", Arithmetic.index(width));
    Object separators = Args.or(options[2], null);
    if (separators == null) {
      item = indent == null ? ", " : ",";
      pair = ": ";
    } else {
      List<Object> two = Python.list(run, separators);
      if (two.size() != 2 || !Python.isString(two.get(0)) || !Python.isString(two.get(1))) {
        throw TemplateException.value("tojson: separators are two strings");
      }
      item = Python.text(two.get(0));
      pair = Python.text(two.get(1));
    }
    sorted = Args.flag(options[3], false);
  }

  static String of(Run run, Object value, Args args) {
    Object[] options = args.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    JsonText json = new JsonText(run, options);
    json.write(value, 0);
    return json.out.toString();
  }

  private void put(String text) {
    run.text(text.length());
    out.append(text);
  }

  private void write(Object value, int depth) {
    run.enter();
    try {
      if (value == null) {
        put("null");
      } else if (Python.isString(value)) {
        quoted(Python.text(value));
      } else if (Arithmetic.isNumber(value)) {
        put(number(value));
      } else if (value instanceof Dict dict) {
        dict(dict, depth);
      } else if (value instanceof List<?> list && !(value instanceof Range)) {
        list(list, depth);
      } else {
        throw TemplateException.type(
            "Object of type " + Python.typeName(value) + " is not JSON serializable");
      }
    } finally {
      run.leave();
    }
  }

  private static String number(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "true" : "false";
    }
    if (value instanceof Double real && (real.isNaN() || real.isInfinite())) {
      return real.isNaN() ? "NaN" : real > 0 ? "Infinity" : "-Infinity";
    }
    return Printer.number(value);
  }

  private void list(List<?> list, int depth) {
    if (list.isEmpty()) {
      put("[]");
      return;
    }
    put("[");
    String separator = "";
    for (Object value : list) {
      put(separator);
      line(depth + 1);
      write(value, depth + 1);
      separator = item;
    }
    line(depth);
    put("]");
  }

  private void dict(Dict dict, int depth) {
    if (dict.size() == 0) {
      put("{}");
      return;
    }
    List<Object> keys = new ArrayList<>(dict.keys());
    if (sorted) {
      keys = Python.sorted(run, keys, key -> key, false);
    }
    put("{");
    String separator = "";
    for (Object key : keys) {
      put(separator);
      line(depth + 1);
      quoted(key(key));
      put(pair);
      write(dict.get(key, null), depth + 1);
      separator = item;
    }
    line(depth);
    put("}");
  }

  private static String key(Object key) {
    if (Python.isString(key)) {
      return Python.text(key);
    }
    if (key != null && !Arithmetic.isNumber(key)) {
      throw TemplateException.type(
          "keys must be str, int, float, bool or None, not " + Python.typeName(key));
    }
    return key == null ? "null" : number(key);
  }

  private void line(int depth) {
    if (indent != null) {
      put("\n");
      put(Text.repeat(run, indent, depth));
    }
  }

  private void quoted(String text) {
    run.text(text.length() + 2L);
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
          if (c < 0x20 || ascii && c > 0x7e) {
            run.text(5);
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
