package org.lensdl4j.model.text;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** Filters that behave as Python's, in place of the engine's. */
final class TemplateFilters {
  private TemplateFilters() {}

  @FunctionalInterface
  private interface Body {
    Object apply(Object value, Object[] args, Map<String, Object> named);
  }

  static void register(Context context) {
    add(context, "trim", (v, a, n) -> PythonMethods.strip(str(v), text(a), true, true));
    add(context, "string", (v, a, n) -> str(v));
    add(context, "lower", (v, a, n) -> str(v).toLowerCase(Locale.ROOT));
    add(context, "upper", (v, a, n) -> str(v).toUpperCase(Locale.ROOT));
    add(context, "capitalize", (v, a, n) -> PythonMethods.capitalize(str(v)));
    add(context, "length", (v, a, n) -> length(v));
    add(context, "count", (v, a, n) -> length(v));
    add(context, "tojson", (v, a, n) -> PythonValues.json(v, indent(a, n)));
    add(context, "replace", (v, a, n) -> str(v).replace(str(a[0]), str(a[1])));
    add(context, "items", (v, a, n) -> PythonMethods.items(v == null ? Map.of() : (Map<?, ?>) v));
  }

  private static int indent(Object[] args, Map<String, Object> named) {
    named.forEach(
        (name, value) -> {
          boolean usual =
              name.equals("indent")
                  || (name.equals("ensure_ascii") && Boolean.FALSE.equals(value))
                  || (name.equals("sort_keys") && Boolean.FALSE.equals(value));
          if (!usual) {
            throw new TemplateStop("tojson: " + name + "=" + value + " is not supported");
          }
        });
    Object indent = named.get("indent") != null || args.length < 2 ? named.get("indent") : args[1];
    return indent instanceof Number number ? Math.min(number.intValue(), 16) : -1;
  }

  private static long length(Object value) {
    if (value instanceof CharSequence text) {
      return text.codePoints().count();
    }
    if (value instanceof Collection<?> items) {
      return items.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value == null) {
      return 0;
    }
    throw new TemplateStop("length: a value of this kind has no length");
  }

  private static String str(Object value) {
    return PythonValues.str(value);
  }

  private static String text(Object[] args) {
    return args.length == 0 || args[0] == null ? null : str(args[0]);
  }

  private static void add(Context context, String name, Body body) {
    context.registerFilter(
        new Filter() {
          @Override
          public String getName() {
            return name;
          }

          @Override
          public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
            return body.apply(value, args, Map.of());
          }

          @Override
          public Object filter(
              Object value,
              JinjavaInterpreter interpreter,
              Object[] args,
              Map<String, Object> named) {
            return body.apply(value, args, named);
          }
        });
  }
}
