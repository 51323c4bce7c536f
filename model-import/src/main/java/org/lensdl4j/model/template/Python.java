package org.lensdl4j.model.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** What Python does with values of all types: truth, equality, order, iteration. */
final class Python {
  private Python() {}

  static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (Arithmetic.isNumber(value)) {
      return Arithmetic.compare(value, 0L) != 0;
    }
    return isString(value) ? !text(value).isEmpty() : length(value) != 0;
  }

  /** {@code len(value)}, or -1 of a value that has none. */
  static int length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof Markup markup) {
      return length(markup.text());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Dict dict) {
      return dict.size();
    }
    if (value instanceof View view) {
      return view.items().size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    return value instanceof Loop loop ? loop.length() : -1;
  }

  static String typeName(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long || value instanceof BigInteger) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Range) {
      return "range";
    }
    if (value instanceof List) {
      return value instanceof Tuple ? "tuple" : "list";
    }
    if (value instanceof View view) {
      return "dict_" + view.kind();
    }
    if (value instanceof Lazy lazy) {
      return lazy.type();
    }
    if (value instanceof Function function) {
      return function.type();
    }
    return value instanceof Dict ? "dict" : value.getClass().getSimpleName();
  }

  static boolean isString(Object value) {
    return value instanceof String || value instanceof Markup;
  }

  /** The text of a string of either kind. */
  static String text(Object value) {
    return value instanceof Markup markup ? markup.text() : (String) value;
  }

  static boolean equal(Run run, Object a, Object b) {
    run.enter();
    try {
      if (a == null || b == null) {
        return a == b;
      }
      if (isString(a) && isString(b)) {
        run.work(text(a).length() / 64);
        return text(a).equals(text(b));
      }
      if (Arithmetic.isNumber(a) && Arithmetic.isNumber(b)) {
        return Arithmetic.equal(a, b);
      }
      if (a instanceof List<?> x && b instanceof List<?> y) {
        boolean sameType = typeName(a).equals(typeName(b));
        if (!sameType || x.size() != y.size()) {
          return false;
        }
        for (int i = 0; i < x.size(); i++) {
          if (x.get(i) != y.get(i) && !equal(run, x.get(i), y.get(i))) {
            return false;
          }
        }
        return true;
      }
      if (a instanceof Dict x && b instanceof Dict y) {
        return equalDicts(run, x, y);
      }
      if (a instanceof View x && b instanceof View y && a != b) {
        throw TemplateException.refused("== between " + typeName(x) + " and " + typeName(y));
      }
      return a == b || (a instanceof Undefined && b instanceof Undefined);
    } finally {
      run.leave();
    }
  }

  private static boolean equalDicts(Run run, Dict a, Dict b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Object key : a.keys()) {
      Object other = b.get(key, Args.NONE_GIVEN);
      if (other == Args.NONE_GIVEN || !equal(run, a.get(key, null), other)) {
        return false;
      }
    }
    return true;
  }

  /** Order of {@code a} and {@code b} for an operator such as {@code <}. */
  static int compare(Run run, Object a, Object b, String operator) {
    run.enter();
    try {
      if (a instanceof Undefined undefined) {
        throw undefined.error();
      }
      if (b instanceof Undefined undefined) {
        throw undefined.error();
      }
      if (Arithmetic.isNumber(a) && Arithmetic.isNumber(b)) {
        return Arithmetic.compare(a, b);
      }
      if (isString(a) && isString(b)) {
        run.work(text(a).length() / 16);
        return Text.compare(text(a), text(b));
      }
      if (a instanceof List<?> x
          && b instanceof List<?> y
          && !(a instanceof Range)
          && typeName(a).equals(typeName(b))) {
        for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
          if (!equal(run, x.get(i), y.get(i))) {
            return compare(run, x.get(i), y.get(i), operator);
          }
        }
        return Integer.compare(x.size(), y.size());
      }
      throw TemplateException.type(
          String.format(
              Locale.ROOT,
              "'%s' not supported between instances of '%s' and '%s'",
              operator,
              typeName(a),
              typeName(b)));
    } finally {
      run.leave();
    }
  }

  /** {@code a operator b} for {@code <}, {@code <=}, {@code >} and {@code >=}. */
  static boolean ordered(Run run, Object a, Object b, String operator) {
    int order = compare(run, a, b, operator);
    if (order == Arithmetic.UNORDERED) {
      return false;
    }
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** {@code sorted(items, key)}: stable; {@code reverse} keeps the order of equals, too. */
  static List<Object> sorted(Run run, List<Object> items, Key key, boolean reverse) {
    run.items(2L * items.size());
    List<Object[]> pairs = new ArrayList<>(items.size());
    for (Object item : items) {
      pairs.add(new Object[] {key.of(item), item});
    }
    Comparator<Object[]> order = (a, b) -> compare(run, a[0], b[0], "<");
    try {
      pairs.sort(reverse ? Collections.reverseOrder(order) : order);
    } catch (IllegalArgumentException notTransitive) {
      throw TemplateException.refused("a sort of values that have no order");
    }
    List<Object> out = new ArrayList<>(items.size());
    pairs.forEach(pair -> out.add(pair[1]));
    return out;
  }

  /** What a value is sorted or grouped by. */
  @FunctionalInterface
  interface Key {
    Object of(Object item);
  }

  /** {@code part in whole}. */
  static boolean contains(Run run, Object whole, Object part) {
    if (isString(whole)) {
      if (!isString(part)) {
        throw TemplateException.type(
            "'in <string>' requires string as left operand, not " + typeName(part));
      }
      run.search(text(whole).length(), text(part).length());
      return text(whole).contains(text(part));
    }
    if (whole instanceof Dict dict) {
      return dict.has(part);
    }
    if (whole == null || length(whole) < 0 && !(whole instanceof Lazy)) {
      throw TemplateException.type("argument of type '" + typeName(whole) + "' is not iterable");
    }
    Iterator<Object> items = iterate(run, whole);
    while (items.hasNext()) {
      Object item = items.next();
      if (item == part && !(item instanceof Double) || equal(run, item, part)) {
        return true;
      }
    }
    return false;
  }

  /** {@code iter(value)}; each item is a step. */
  static Iterator<Object> iterate(Run run, Object value) {
    Iterator<Object> items = items(run, value);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Object next() {
        run.step();
        return items.next();
      }
    };
  }

  @SuppressWarnings("unchecked") // lists hold values of this package only
  private static Iterator<Object> items(Run run, Object value) {
    if (value instanceof List<?> list) {
      return (Iterator<Object>) list.iterator();
    }
    if (value instanceof Dict dict) {
      run.items(dict.size());
      return dict.keys().iterator();
    }
    if (value instanceof View view) {
      return view.items().iterator();
    }
    if (value instanceof Lazy lazy) {
      return lazy.items();
    }
    if (value instanceof Undefined) {
      return Collections.emptyIterator();
    }
    if (isString(value)) {
      boolean markup = value instanceof Markup;
      return text(value)
          .codePoints()
          .mapToObj(
              c -> markup ? new Markup(Character.toString(c)) : (Object) Character.toString(c))
          .iterator();
    }
    if (value instanceof Loop) {
      throw TemplateException.refused("to go through the variable 'loop'");
    }
    throw TemplateException.type("'" + typeName(value) + "' object is not iterable");
  }

  /** {@code list(value)}. */
  static List<Object> list(Run run, Object value) {
    List<Object> out = new ArrayList<>();
    Iterator<Object> items = iterate(run, value);
    while (items.hasNext()) {
      run.items(1);
      out.add(items.next());
    }
    return out;
  }
}
