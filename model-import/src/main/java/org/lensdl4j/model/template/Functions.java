package org.lensdl4j.model.template;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a template can call by name. */
final class Functions {
  private Functions() {}

  static Map<String, Object> all() {
    Map<String, Object> out = new HashMap<>();
    out.put("range", Function.of("range", Functions::range));
    out.put("dict", new Function("dict", "type", Functions::dict));
    out.put(
        "namespace",
        new Function("namespace", "type", (run, args) -> new Namespace(dict(run, args))));
    out.put("cycler", new Function("cycler", "type", (run, args) -> new Cycler(args)));
    out.put("joiner", new Function("joiner", "type", (run, args) -> new Joiner(args)));
    out.put("raise_exception", Function.of("raise_exception", Functions::raise));
    out.put("strftime_now", Function.of("strftime_now", Functions::now));
    out.put(
        "lipsum",
        Function.of(
            "lipsum",
            (run, args) -> {
              throw TemplateException.refused("the function 'lipsum'");
            }));
    return out;
  }

  private static Object range(Run run, Args args) {
    if (!args.named().isEmpty()) {
      throw TemplateException.type("range() takes no keyword arguments");
    }
    Object[] given = args.bind("range", 1, "start", "stop", "step");
    long first = Arithmetic.index(given[0]);
    if (given[1] == Args.NONE_GIVEN) {
      return new Range(0, first, 1);
    }
    return new Range(first, Arithmetic.index(given[1]), Args.integer(given[2], 1));
  }

  private static Dict dict(Run run, Args args) {
    if (args.positional().size() > 1) {
      throw TemplateException.type("dict expected at most 1 argument");
    }
    Dict out = new Dict();
    if (!args.positional().isEmpty()) {
      Object source = args.positional().get(0);
      if (source instanceof Dict dict) {
        run.items(2L * dict.size());
        dict.keys().forEach(key -> out.put(key, dict.get(key, null)));
      } else {
        for (Object pair : Python.list(run, source)) {
          List<Object> two = Python.list(run, pair);
          if (two.size() != 2) {
            throw TemplateException.value("dictionary update sequence: expected pairs");
          }
          out.put(two.get(0), two.get(1));
        }
      }
    }
    args.named().forEach(out::put);
    return out;
  }

  private static Object raise(Run run, Args args) {
    throw TemplateException.raised(run.str(args.bind("raise_exception", 1, "message")[0]));
  }

  private static Object now(Run run, Args args) {
    Object format = args.bind("strftime_now", 1, "format")[0];
    if (!Python.isString(format)) {
      throw TemplateException.type("strftime() argument 1 must be str");
    }
    return Strftime.format(run, Python.text(format), LocalDateTime.now(run.clock()));
  }

  /** Values in turn. */
  static final class Cycler {
    private final List<Object> items;
    private int position;

    Cycler(Args args) {
      items = args.positional();
      if (items.isEmpty()) {
        throw TemplateException.python("RuntimeError", "at least one item has to be provided");
      }
    }

    Object attribute(String name) {
      return switch (name) {
        case "current" -> items.get(position);
        case "pos" -> (long) position;
        case "items" -> Tuple.of(items);
        case "next" -> Function.of(name, this::next);
        case "reset" -> Function.of(name, this::reset);
        default -> Args.NONE_GIVEN;
      };
    }

    private Object next(Run run, Args args) {
      args.bind("next", 0);
      Object out = items.get(position);
      position = (position + 1) % items.size();
      return out;
    }

    private Object reset(Run run, Args args) {
      args.bind("reset", 0);
      position = 0;
      return null;
    }
  }

  /** Nothing at first, then a separator. */
  static final class Joiner implements Callable {
    private final Object separator;
    private boolean used;

    Joiner(Args args) {
      separator = Args.or(args.bind("joiner", 0, "sep")[0], ", ");
    }

    @Override
    public Object call(Run run, Args args) {
      args.bind("joiner", 0);
      Object out = used ? separator : "";
      used = true;
      return out;
    }
  }
}
