package org.lensdl4j.model.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The methods of Python's strings, dicts and lists that chat templates call. */
final class PythonMethods {
  private PythonMethods() {}

  static Object ofString(String text, String name, Object[] args) {
    String first = args.length > 0 && args[0] != null ? PythonValues.str(args[0]) : null;
    return switch (name) {
      case "strip" -> strip(text, first, true, true);
      case "lstrip" -> strip(text, first, true, false);
      case "rstrip" -> strip(text, first, false, true);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "capitalize" -> capitalize(text);
      case "startswith" -> text.startsWith(needed(first, name));
      case "endswith" -> text.endsWith(needed(first, name));
      case "find" -> find(text, needed(first, name));
      case "replace" -> text.replace(needed(first, name), PythonValues.str(args[1]));
      case "split" -> split(text, first, args.length > 1 ? ((Number) args[1]).intValue() : -1);
      case "join" -> join(text, args[0]);
      case "removeprefix" ->
          text.startsWith(needed(first, name)) ? text.substring(first.length()) : text;
      case "removesuffix" ->
          text.endsWith(needed(first, name))
              ? text.substring(0, text.length() - first.length())
              : text;
      case "reversed" -> new StringBuilder(text).reverse().toString();
      default -> throw new TemplateStop("method '" + name + "' of a string is not supported");
    };
  }

  static Object ofDict(Map<?, ?> map, String name, Object[] args) {
    return switch (name) {
      case "items" -> items(map);
      case "keys" -> new ArrayList<Object>(map.keySet());
      case "values" -> new ArrayList<Object>(map.values());
      case "get" -> {
        Object value = map.get(PythonValues.str(args[0]));
        yield value == null && args.length > 1 ? args[1] : value;
      }
      default -> throw new TemplateStop("method '" + name + "' of a dict is not supported");
    };
  }

  static Object ofList(List<?> list, String name, Object[] args) {
    if (name.equals("reversed")) {
      List<Object> out = new ArrayList<>(list);
      Collections.reverse(out);
      return out;
    }
    if (name.equals("index") && args.length == 1) {
      return (long) list.indexOf(args[0]);
    }
    throw new TemplateStop("method '" + name + "' of a list is not supported");
  }

  /** Pairs of key and value. */
  static List<Object> items(Map<?, ?> map) {
    List<Object> out = new ArrayList<>();
    map.forEach((key, value) -> out.add(Arrays.asList(key, value)));
    return out;
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  /** {@code text.strip(characters)}; white space if characters is null. */
  static String strip(String text, String characters, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && strips(text.charAt(start), characters)) {
      start++;
    }
    while (right && end > start && strips(text.charAt(end - 1), characters)) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean strips(char c, String characters) {
    return characters == null ? PythonStrings.isSpace(c) : characters.indexOf(c) >= 0;
  }

  private static long find(String text, String part) {
    int at = text.indexOf(part);
    return at < 0 ? -1 : text.codePointCount(0, at);
  }

  private static List<Object> split(String text, String separator, int max) {
    List<Object> out = new ArrayList<>();
    String rest = separator == null ? PythonStrings.lstrip(text) : text;
    if (separator != null && separator.isEmpty()) {
      throw new TemplateStop("split: the separator is empty");
    }
    while (max < 0 || out.size() < max) {
      int at = separator == null ? firstSpace(rest) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      out.add(rest.substring(0, at));
      rest =
          separator == null
              ? PythonStrings.lstrip(rest.substring(at))
              : rest.substring(at + separator.length());
    }
    if (separator != null || !rest.isEmpty()) {
      out.add(rest);
    }
    return out;
  }

  private static int firstSpace(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (PythonStrings.isSpace(text.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private static String join(String separator, Object items) {
    if (!(items instanceof List<?> list)) {
      throw new TemplateStop("join: expected a list");
    }
    return String.join(separator, list.stream().map(PythonValues::str).toList());
  }

  private static String needed(String argument, String method) {
    if (argument == null) {
      throw new TemplateStop(method + ": an argument is missing");
    }
    return argument;
  }
}
