package org.lensdl4j.model.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tests by name: what stands behind {@code is}. */
final class Tests {
  @FunctionalInterface
  private interface Check {
    boolean of(Object value);
  }

  private static final Map<String, Filters.Body> ALL = all();

  private Tests() {}

  static boolean isKnown(String name) {
    return ALL.containsKey(name);
  }

  static Object apply(Run run, String name, Object value, Args args) {
    Filters.Body body = ALL.get(name);
    if (body == null) {
      throw TemplateException.python("TemplateRuntimeError", "No test named '" + name + "' found.");
    }
    return body.apply(run, value, args);
  }

  private static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> out = new HashMap<>();
    checks()
        .forEach(
            (name, check) ->
                out.put(
                    name,
                    (run, value, args) -> {
                      args.bind(name, 0);
                      return check.of(value);
                    }));
    for (List<String> names :
        List.of(
            List.of("<", "lt", "lessthan"),
            List.of("<=", "le"),
            List.of(">", "gt", "greaterthan"),
            List.of(">=", "ge"))) {
      names.forEach(
          name ->
              out.put(
                  name, (run, v, args) -> Python.ordered(run, v, one(name, args), names.get(0))));
    }
    for (String name : List.of("==", "eq", "equalto")) {
      out.put(name, (run, v, args) -> Python.equal(run, v, one(name, args)));
    }
    for (String name : List.of("!=", "ne")) {
      out.put(name, (run, v, args) -> !Python.equal(run, v, one(name, args)));
    }
    out.put("in", (run, v, args) -> Python.contains(run, one("in", args), v));
    out.put("sameas", (run, v, args) -> same(v, one("sameas", args)));
    out.put("odd", (run, v, args) -> remainder(run, v, 2L, args, 1));
    out.put("even", (run, v, args) -> remainder(run, v, 2L, args, 0));
    out.put(
        "divisibleby",
        (run, v, args) -> remainder(run, v, args.bind("divisibleby", 1, "num")[0], Args.EMPTY, 0));
    out.put("lower", (run, v, args) -> Letters.is("islower", run.str(v)));
    out.put("upper", (run, v, args) -> Letters.is("isupper", run.str(v)));
    return Map.copyOf(out);
  }

  private static Map<String, Check> checks() {
    Map<String, Check> out = new HashMap<>();
    out.put("defined", v -> !(v instanceof Undefined));
    out.put("undefined", v -> v instanceof Undefined);
    out.put("none", v -> v == null);
    out.put("boolean", v -> v instanceof Boolean);
    out.put("true", v -> Boolean.TRUE.equals(v));
    out.put("false", v -> Boolean.FALSE.equals(v));
    out.put("integer", v -> Arithmetic.isInteger(v) && !(v instanceof Boolean));
    out.put("float", v -> v instanceof Double);
    out.put("number", Arithmetic::isNumber);
    out.put("string", Python::isString);
    out.put("mapping", v -> v instanceof Dict);
    out.put(
        "sequence",
        v ->
            Python.isString(v) || v instanceof List || v instanceof Dict || v instanceof Undefined);
    out.put("iterable", v -> v instanceof Lazy || v != null && Python.length(v) >= 0);
    out.put("callable", v -> v instanceof Callable || v instanceof Undefined);
    out.put("escaped", v -> v instanceof Markup);
    out.put("filter", v -> named(v) && Filters.isKnown(Python.text(v)));
    out.put("test", v -> named(v) && isKnown(Python.text(v)));
    return out;
  }

  private static boolean named(Object value) {
    return Dict.hashed(value) != null && Python.isString(value);
  }

  private static Object one(String name, Args args) {
    return args.bind(name, 1, "other")[0];
  }

  private static boolean remainder(Run run, Object value, Object by, Args args, long wanted) {
    args.bind("odd", 0);
    return Python.equal(run, Arithmetic.apply(run, "%", value, by), wanted);
  }

  /** {@code is} of Python, where what it says is certain. */
  private static boolean same(Object a, Object b) {
    boolean numbers = Arithmetic.isNumber(a) && Arithmetic.isNumber(b);
    boolean flags = a instanceof Boolean || b instanceof Boolean;
    if (flags) {
      return a instanceof Boolean && a.equals(b);
    }
    if (numbers || Python.isString(a) && Python.isString(b)) {
      throw TemplateException.refused("the test 'sameas' of two numbers or texts");
    }
    return a == b;
  }
}
