package org.lensdl4j.model.template;

import java.util.List;
import java.util.Set;

/** Methods of lists, tuples, ranges and dicts that change nothing. */
final class CollectionMethods {
  private static final Set<String> OF_DICT =
      Set.of("copy", "fromkeys", "get", "items", "keys", "values");

  private CollectionMethods() {}

  /** A method, or {@link Args#NONE_GIVEN}. */
  static Object of(Dict dict, String name) {
    return OF_DICT.contains(name)
        ? Attributes.method(name, (run, args) -> call(run, dict, name, args))
        : Args.NONE_GIVEN;
  }

  private static Object call(Run run, Dict dict, String name, Args args) {
    switch (name) {
      case "get" -> {
        if (!args.named().isEmpty()) {
          throw TemplateException.type("dict.get() takes no keyword arguments");
        }
        Object[] given = args.bind("get", 1, "key", "default");
        return dict.get(given[0], Args.or(given[1], null));
      }
      case "copy" -> {
        args.bind("copy", 0);
        run.items(2L * dict.size());
        return dict.copy();
      }
      case "items", "keys", "values" -> {
        args.bind(name, 0);
        return view(run, dict, name);
      }
      default -> throw refused(dict, name);
    }
  }

  static View view(Run run, Dict dict, String kind) {
    run.items(dict.size() * (kind.equals("items") ? 3L : 1L));
    return new View(
        kind,
        switch (kind) {
          case "items" -> dict.items();
          case "keys" -> dict.keys();
          default -> dict.values();
        });
  }

  /** A method or attribute, or {@link Args#NONE_GIVEN}. */
  static Object of(List<?> list, String name) {
    if (list instanceof Tuple tuple && tuple.isGroup()) {
      if (name.equals("grouper") || name.equals("list")) {
        return tuple.get(name.equals("list") ? 1 : 0);
      }
    }
    boolean copies = name.equals("copy") && Python.typeName(list).equals("list");
    return copies || name.equals("count") || name.equals("index")
        ? Attributes.method(name, (run, args) -> call(run, list, name, args))
        : Args.NONE_GIVEN;
  }

  private static Object call(Run run, List<?> list, String name, Args args) {
    if (name.equals("copy")) {
      args.bind("copy", 0);
      return Python.list(run, list);
    }
    Object[] given = args.bind(name, 1, "value", "start", "stop");
    if (name.equals("count")) {
      args.bind("count", 1, "value");
      return list.stream().filter(item -> same(run, item, given[0])).count();
    }
    long start = position(Args.integer(given[1], 0), list.size());
    long stop = position(Args.integer(given[2], Long.MAX_VALUE), list.size());
    for (long i = start; i < stop; i++) {
      if (same(run, list.get((int) i), given[0])) {
        return i;
      }
    }
    throw TemplateException.value("the value is not in the list");
  }

  private static long position(long index, int size) {
    return Math.max(0, Math.min(size, index < 0 ? index + size : index));
  }

  private static boolean same(Run run, Object item, Object value) {
    run.step();
    return Python.equal(run, item, value);
  }

  static TemplateException refused(Object owner, String name) {
    throw TemplateException.refused("the method '" + name + "' of a " + Python.typeName(owner));
  }
}
