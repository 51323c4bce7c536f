package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.List;

/** What {@code sort}, {@code map} and others look up in each item. */
final class Keys {
  private Keys() {}

  static Object ignoreCase(Object value, boolean sensitive) {
    return !sensitive && Python.isString(value)
        ? Letters.change("lower", Python.text(value))
        : value;
  }

  /** The item itself, or the attribute of it, which dots may go through. */
  static Python.Key of(Run run, Object attribute, Object otherwise, boolean sensitive) {
    List<Object> path = path(attribute);
    return item -> {
      Object value = item;
      for (Object part : path) {
        value = Attributes.item(run, value, part);
        if (otherwise != null && value instanceof Undefined) {
          value = otherwise;
        }
      }
      return ignoreCase(value, sensitive);
    };
  }

  /** Several attributes with commas between them, as a list. */
  static Python.Key ofSeveral(Run run, Object attribute, boolean sensitive) {
    List<Python.Key> keys = new ArrayList<>();
    if (Python.isString(attribute)) {
      for (String one : Python.text(attribute).split(",", -1)) {
        keys.add(of(run, one, null, sensitive));
      }
    } else {
      keys.add(of(run, attribute, null, sensitive));
    }
    return item -> {
      List<Object> out = new ArrayList<>();
      keys.forEach(key -> out.add(key.of(item)));
      return out;
    };
  }

  private static List<Object> path(Object attribute) {
    if (attribute == null) {
      return List.of();
    }
    if (!Python.isString(attribute)) {
      return List.of(attribute);
    }
    List<Object> out = new ArrayList<>();
    for (String part : Python.text(attribute).split("\\.", -1)) {
      boolean number =
          !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      out.add(number ? (Object) Long.valueOf(part) : part);
    }
    return out;
  }
}
