package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An expression of the template; each node knows its parts and its value. */
interface Expr {
  Object eval(Run run, Frame frame);

  /** The parts, for finding the names that are read. */
  default List<Expr> parts() {
    return List.of();
  }

  record Const(Object value) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return value;
    }
  }

  record Name(String name) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return frame.load(run, name);
    }
  }

  record ListOf(List<Expr> parts, boolean tuple) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      run.items(parts.size());
      List<Object> out = new ArrayList<>(parts.size());
      for (Expr part : parts) {
        out.add(run.eval(part, frame));
      }
      return tuple ? Tuple.of(out) : out;
    }
  }

  /** Keys and values in turn. */
  record DictOf(List<Expr> parts) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      run.items(parts.size());
      Dict out = new Dict();
      for (int i = 0; i < parts.size(); i += 2) {
        out.put(run.eval(parts.get(i), frame), run.eval(parts.get(i + 1), frame));
      }
      return out;
    }
  }

  record Attribute(Expr owner, String name) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return Attributes.attribute(run, run.eval(owner, frame), name);
    }

    @Override
    public List<Expr> parts() {
      return List.of(owner);
    }
  }

  record Item(Expr owner, Expr key) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return Attributes.item(run, run.eval(owner, frame), run.eval(key, frame));
    }

    @Override
    public List<Expr> parts() {
      return List.of(owner, key);
    }
  }

  /** {@code owner[from:to:by]}; parts that are not there are constants None. */
  record Slice(Expr owner, Expr from, Expr to, Expr by) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      Object value = run.eval(owner, frame);
      Object start = run.eval(from, frame);
      Object end = run.eval(to, frame);
      Object step = run.eval(by, frame);
      try {
        return Slices.of(run, value, start, end, step);
      } catch (TemplateException e) {
        if (e.kind().equals("TypeError") && isConstant(this)) {
          // Where Jinja2 works it out beforehand this is undefined, and elsewhere an error.
          throw TemplateException.refused("a slice of a constant: " + e.getMessage());
        }
        throw e;
      }
    }

    private static boolean isConstant(Expr expression) {
      return !(expression instanceof Name)
          && !(expression instanceof Call)
          && expression.parts().stream().allMatch(Slice::isConstant);
    }

    @Override
    public List<Expr> parts() {
      return List.of(owner, from, to, by);
    }
  }

  record Not(Expr part) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return !run.test(part, frame);
    }

    @Override
    public List<Expr> parts() {
      return List.of(part);
    }
  }

  record Sign(Expr part, boolean minus) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return Arithmetic.negate(run.eval(part, frame), minus);
    }

    @Override
    public List<Expr> parts() {
      return List.of(part);
    }
  }

  /** {@code and}, {@code or}: the operand that decides. */
  record Logic(Expr left, Expr right, boolean and) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      Object first = run.eval(left, frame);
      return Python.truth(first) == and ? run.eval(right, frame) : first;
    }

    @Override
    public List<Expr> parts() {
      return List.of(left, right);
    }
  }

  record Binary(String operator, Expr left, Expr right) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      return Arithmetic.apply(run, operator, run.eval(left, frame), run.eval(right, frame));
    }

    @Override
    public List<Expr> parts() {
      return List.of(left, right);
    }
  }

  /** {@code a ~ b ~ c}. */
  record Concat(List<Expr> parts) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      List<String> texts = new ArrayList<>(parts.size());
      for (Expr part : parts) {
        texts.add(run.str(run.eval(part, frame)));
      }
      return Text.join(run, "", texts);
    }
  }

  /** {@code a < b <= c}: each operand is evaluated once, and the first that is false decides. */
  record Compare(List<Expr> parts, List<String> operators) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      Object left = run.eval(parts.get(0), frame);
      for (int i = 0; i < operators.size(); i++) {
        Object right = run.eval(parts.get(i + 1), frame);
        if (!compare(run, operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }

    private static boolean compare(Run run, String operator, Object left, Object right) {
      return switch (operator) {
        case "==" -> Python.equal(run, left, right);
        case "!=" -> !Python.equal(run, left, right);
        case "in" -> Python.contains(run, right, left);
        case "not in" -> !Python.contains(run, right, left);
        default -> Python.ordered(run, left, right, operator);
      };
    }
  }

  /** {@code value if test else otherwise}; otherwise may be null. */
  record Conditional(Expr test, Expr value, Expr otherwise) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      if (run.test(test, frame)) {
        return run.eval(value, frame);
      }
      return otherwise != null
          ? run.eval(otherwise, frame)
          : Undefined.hint(
              "the inline if-expression evaluated to false and no else section was defined.");
    }

    @Override
    public List<Expr> parts() {
      return otherwise == null ? List.of(test, value) : List.of(test, value, otherwise);
    }
  }

  /** Arguments as they are written; {@code star} and {@code stars} may be null. */
  record Arguments(List<Expr> positional, Map<String, Expr> named, Expr star, Expr stars) {
    static final Arguments NONE = new Arguments(List.of(), Map.of(), null, null);

    Args eval(Run run, Frame frame) {
      List<Object> values = new ArrayList<>();
      for (Expr expression : positional) {
        values.add(run.eval(expression, frame));
      }
      if (star != null) {
        values.addAll(Python.list(run, run.eval(star, frame)));
      }
      Map<String, Object> names = new LinkedHashMap<>();
      named.forEach((name, value) -> names.put(name, run.eval(value, frame)));
      if (stars != null) {
        spread(run.eval(stars, frame), names);
      }
      return new Args(values, names);
    }

    private static void spread(Object value, Map<String, Object> names) {
      if (!(value instanceof Dict dict)) {
        throw TemplateException.type(
            "argument after ** must be a mapping, not " + Python.typeName(value));
      }
      for (Object key : dict.keys()) {
        if (!Python.isString(key)) {
          throw TemplateException.type("keywords must be strings");
        }
        if (names.put(Python.text(key), dict.get(key, null)) != null) {
          throw TemplateException.type("got multiple values for keyword argument");
        }
      }
    }

    List<Expr> parts() {
      List<Expr> out = new ArrayList<>(positional);
      out.addAll(named.values());
      if (star != null) {
        out.add(star);
      }
      if (stars != null) {
        out.add(stars);
      }
      return out;
    }
  }

  record Call(Expr function, Arguments arguments) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      Object target = run.eval(function, frame);
      return Attributes.call(run, target, arguments.eval(run, frame));
    }

    @Override
    public List<Expr> parts() {
      return with(function, arguments);
    }
  }

  /** {@code value | name(arguments)}. */
  record Filter(Expr value, String name, Arguments arguments) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      Object input = run.eval(value, frame);
      return Filters.apply(run, name, input, arguments.eval(run, frame));
    }

    @Override
    public List<Expr> parts() {
      return with(value, arguments);
    }
  }

  /** {@code value is name(arguments)}. */
  record Test(Expr value, String name, Arguments arguments) implements Expr {
    @Override
    public Object eval(Run run, Frame frame) {
      Object input = run.eval(value, frame);
      return Tests.apply(run, name, input, arguments.eval(run, frame));
    }

    @Override
    public List<Expr> parts() {
      return with(value, arguments);
    }
  }

  private static List<Expr> with(Expr first, Arguments arguments) {
    List<Expr> out = new ArrayList<>();
    out.add(first);
    out.addAll(arguments.parts());
    return out;
  }
}
