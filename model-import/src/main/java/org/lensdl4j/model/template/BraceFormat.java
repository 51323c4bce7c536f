package org.lensdl4j.model.template;

import java.util.List;

/** {@code text.format(values)}. */
final class BraceFormat {
  private final Run run;
  private final List<Object> positional;
  private final Dict named;
  private long automatic;
  private boolean manual;

  private BraceFormat(Run run, List<Object> positional, Dict named) {
    this.run = run;
    this.positional = positional;
    this.named = named;
  }

  static String format(Run run, String form, Args args) {
    Dict named = new Dict();
    args.named().forEach(named::put);
    return new BraceFormat(run, args.positional(), named).format(form, 0);
  }

  static String format(Run run, String form, Dict named) {
    return new BraceFormat(run, List.of(), named).format(form, 0);
  }

  private String format(String form, int depth) {
    if (depth > 1) {
      throw TemplateException.value("Max string recursion exceeded");
    }
    run.text(form.length());
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < form.length()) {
      char c = form.charAt(at);
      if (c != '{' && c != '}') {
        out.append(c);
        at++;
      } else if (at + 1 < form.length() && form.charAt(at + 1) == c) {
        out.append(c);
        at += 2;
      } else if (c == '}') {
        throw TemplateException.value("Single '}' encountered in format string");
      } else {
        int end = end(form, at + 1);
        String text = field(form.substring(at + 1, end), depth);
        run.text(text.length());
        out.append(text);
        at = end + 1;
      }
    }
    return out.toString();
  }

  private static int end(String form, int from) {
    int open = 1;
    for (int i = from; i < form.length(); i++) {
      char c = form.charAt(i);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw TemplateException.value("expected '}' before end of string");
  }

  private String field(String field, int depth) {
    int split = 0;
    boolean inside = false; // of brackets
    while (split < field.length() && (inside || ":!".indexOf(field.charAt(split)) < 0)) {
      char c = field.charAt(split++);
      inside = c == '[' || inside && c != ']';
    }
    String name = field.substring(0, split);
    String rest = field.substring(split);
    Object value = value(name);
    if (rest.startsWith("!")) {
      if (rest.length() < 2 || rest.length() > 2 && rest.charAt(2) != ':') {
        throw TemplateException.value("expected ':' after conversion specifier");
      }
      value =
          switch (rest.charAt(1)) {
            case 's' -> run.str(value);
            case 'r' -> Printer.repr(run, value);
            case 'a' -> throw TemplateException.refused("the conversion '!a' of str.format");
            default ->
                throw TemplateException.value(
                    "Unknown conversion specifier '" + rest.charAt(1) + "'");
          };
      rest = rest.substring(2);
    }
    String spec = rest.isEmpty() ? "" : format(rest.substring(1), depth + 1);
    if (value instanceof Undefined && !spec.isEmpty()) {
      throw TemplateException.type("unsupported format string passed to Undefined.__format__");
    }
    return FormatSpec.format(run, value, spec);
  }

  private Object value(String name) {
    int end = 0;
    while (end < name.length() && ".[".indexOf(name.charAt(end)) < 0) {
      end++;
    }
    Object value = first(name.substring(0, end));
    while (end < name.length()) {
      boolean attribute = name.charAt(end) == '.';
      int stop = end + 1;
      while (stop < name.length() && (attribute ? ".[" : "]").indexOf(name.charAt(stop)) < 0) {
        stop++;
      }
      String key = name.substring(end + 1, stop);
      if (key.isEmpty() || !attribute && stop == name.length()) {
        throw TemplateException.value("Empty attribute in format string");
      }
      value =
          attribute
              ? Attributes.attribute(run, value, key)
              : Attributes.item(run, value, isIndex(key) ? (Object) Long.valueOf(key) : key);
      end = attribute ? stop : stop + 1;
      if (end < name.length() && ".[".indexOf(name.charAt(end)) < 0) {
        throw TemplateException.value("Only '.' or '[' may follow ']' in format field specifier");
      }
    }
    return value;
  }

  private static boolean isIndex(String key) {
    return !key.isEmpty() && key.length() < 10 && key.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Object first(String name) {
    boolean counts = name.isEmpty();
    if (counts && manual || isIndex(name) && automatic > 0) {
      throw TemplateException.value(
          "cannot switch between manual field specification and automatic field numbering");
    }
    if (counts || isIndex(name)) {
      long at = counts ? automatic++ : Long.parseLong(name);
      manual |= !counts;
      if (at >= positional.size()) {
        throw TemplateException.python(
            "IndexError", "Replacement index " + at + " out of range for positional args tuple");
      }
      return positional.get((int) at);
    }
    Object value = named.get(name, Args.NONE_GIVEN);
    if (value == Args.NONE_GIVEN) {
      throw TemplateException.python("KeyError", "'" + name + "'");
    }
    return value;
  }
}
