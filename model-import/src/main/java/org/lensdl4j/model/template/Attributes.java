package org.lensdl4j.model.template;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;

/** Attributes and items of values, as Jinja2's immutable sandbox looks them up. */
final class Attributes {
  /** Methods that change a list or dict, which the sandbox gives nobody. */
  private static final Set<String> CHANGES_LIST =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private static final Set<String> CHANGES_DICT =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private static final Set<String> OF_INT =
      Set.of("as_integer_ratio", "bit_count", "bit_length", "conjugate", "from_bytes", "to_bytes");

  private static final Set<String> OF_FLOAT =
      Set.of("as_integer_ratio", "conjugate", "fromhex", "hex", "is_integer");

  private Attributes() {}

  /** {@code owner.name}: an attribute, or else an item. */
  static Object attribute(Run run, Object owner, String name) {
    if (owner instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object value = own(owner, name);
    if (value == Args.NONE_GIVEN) {
      value = rawItem(run, owner, name);
    }
    return value == Args.NONE_GIVEN ? Undefined.of(owner, name) : value;
  }

  /** {@code owner[key]}: an item, or else an attribute. */
  static Object item(Run run, Object owner, Object key) {
    if (owner instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object value = rawItem(run, owner, key);
    if (value == Args.NONE_GIVEN && Python.isString(key)) {
      value = own(owner, Python.text(key));
    }
    return value == Args.NONE_GIVEN ? Undefined.of(owner, key) : value;
  }

  /** {@code hasattr} and what the filter {@code attr} gives. */
  static Object attributeOnly(Object owner, String name) {
    if (owner instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object value = own(owner, name);
    return value == Args.NONE_GIVEN ? Undefined.of(owner, name) : value;
  }

  static Object call(Run run, Object target, Args args) {
    run.step();
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (target instanceof Callable callable) {
      return callable.call(run, args);
    }
    throw TemplateException.type("'" + Python.typeName(target) + "' object is not callable");
  }

  private static Object rawItem(Run run, Object owner, Object key) {
    if (owner instanceof Dict dict) {
      boolean hashable = !(key instanceof List) || key instanceof Tuple;
      return hashable && !(key instanceof Dict) ? dict.get(key, Args.NONE_GIVEN) : Args.NONE_GIVEN;
    }
    if (!Arithmetic.isInteger(key) || key instanceof BigInteger) {
      return Args.NONE_GIVEN;
    }
    long index = Arithmetic.index(key);
    if (owner instanceof List<?> list) {
      long at = index < 0 ? index + list.size() : index;
      return at < 0 || at >= list.size() ? Args.NONE_GIVEN : list.get((int) at);
    }
    if (Python.isString(owner)) {
      String text = Python.text(owner);
      run.work(text.length() / 64);
      long at = index < 0 ? index + Python.length(text) : index;
      if (at < 0 || at >= Python.length(text)) {
        return Args.NONE_GIVEN;
      }
      String out = Text.slice(text, (int) at, (int) at + 1);
      return owner instanceof Markup ? new Markup(out) : out;
    }
    return Args.NONE_GIVEN;
  }

  /** What Python's {@code getattr} finds, or {@link Args#NONE_GIVEN}. */
  private static Object own(Object owner, String name) {
    if (owner instanceof Namespace namespace) {
      Object value = namespace.attributes().get(name, Args.NONE_GIVEN);
      return value != Args.NONE_GIVEN && name.startsWith("_")
          ? Undefined.unsafe(owner, name)
          : value;
    }
    if (name.startsWith("__") && name.endsWith("__") && name.length() > 4) {
      return Undefined.unsafe(owner, name);
    }
    if (owner instanceof Loop loop) {
      return loop.attribute(name);
    }
    if (owner instanceof Macro macro) {
      return macro.attribute(name);
    }
    if (owner instanceof Functions.Cycler cycler) {
      return cycler.attribute(name);
    }
    if (Python.isString(owner)) {
      return StringMethods.NAMES.contains(name)
          ? method(name, (run, args) -> StringMethods.call(run, owner, name, args))
          : Args.NONE_GIVEN;
    }
    if (owner instanceof Dict dict) {
      return CHANGES_DICT.contains(name)
          ? Undefined.unsafe(owner, name)
          : CollectionMethods.of(dict, name);
    }
    if (owner instanceof List<?> list) {
      boolean changes = CHANGES_LIST.contains(name) && Python.typeName(owner).equals("list");
      return changes ? Undefined.unsafe(owner, name) : CollectionMethods.of(list, name);
    }
    return ofNumber(owner, name);
  }

  private static Object ofNumber(Object owner, String name) {
    if (!Arithmetic.isNumber(owner)) {
      return Args.NONE_GIVEN;
    }
    boolean real = owner instanceof Double;
    if ((real ? OF_FLOAT : OF_INT).contains(name)) {
      return method(name, (run, args) -> CollectionMethods.refused(owner, name));
    }
    Object number = real ? owner : Arithmetic.integer(Arithmetic.big(owner));
    return switch (name) {
      case "real" -> number;
      case "imag" -> real ? (Object) 0.0 : (Object) 0L;
      case "numerator" -> real ? Args.NONE_GIVEN : number;
      case "denominator" -> real ? Args.NONE_GIVEN : (Object) 1L;
      default -> Args.NONE_GIVEN;
    };
  }

  static Function method(String name, Callable body) {
    return new Function(name, "builtin_function_or_method", body);
  }
}
