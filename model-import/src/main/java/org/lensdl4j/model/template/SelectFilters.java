package org.lensdl4j.model.template;

import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** {@code map}, {@code select}, {@code reject} and their kin: generators, as in Jinja2. */
final class SelectFilters {
  private SelectFilters() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> out = new HashMap<>();
    out.put("map", SelectFilters::map);
    out.put("select", (run, v, args) -> select(run, v, args, false, true));
    out.put("reject", (run, v, args) -> select(run, v, args, false, false));
    out.put("selectattr", (run, v, args) -> select(run, v, args, true, true));
    out.put("rejectattr", (run, v, args) -> select(run, v, args, true, false));
    return out;
  }

  private static Object select(Run run, Object value, Args args, boolean attribute, boolean keep) {
    return new Lazy(
        "generator",
        new Filtering(
            source(run, value, () -> required(args, attribute)),
            item -> {
              Object tested =
                  attribute ? Keys.of(run, args.positional().get(0), null, true).of(item) : item;
              Args rest = args.after(attribute ? 1 : 0);
              boolean yes =
                  rest.positional().isEmpty()
                      ? Python.truth(tested)
                      : Python.truth(Tests.apply(run, name(rest), tested, rest.after(1)));
              return yes == keep;
            }));
  }

  private static void required(Args args, boolean attribute) {
    if (attribute && args.positional().isEmpty()) {
      throw TemplateException.python("FilterArgumentError", "Missing parameter for attribute name");
    }
  }

  /** The items, or none of what is false; the check comes first. */
  private static Supplier<Iterator<Object>> source(Run run, Object value, Runnable check) {
    return () -> {
      if (!Python.truth(value)) {
        return Collections.emptyIterator();
      }
      check.run();
      return Python.iterate(run, value);
    };
  }

  private static String name(Args args) {
    Object name = args.positional().get(0);
    if (!Python.isString(name)) {
      throw TemplateException.refused("the name of a filter or test that is no text");
    }
    return Python.text(name);
  }

  private static Object map(Run run, Object value, Args args) {
    Iterator<Object> items =
        new Filtering(source(run, value, () -> function(run, args)), item -> true);
    return new Lazy(
        "generator",
        new Iterator<>() {
          private Python.Key function;

          @Override
          public boolean hasNext() {
            return items.hasNext();
          }

          @Override
          public Object next() {
            if (function == null) {
              function = function(run, args);
            }
            return function.of(items.next());
          }
        });
  }

  private static Python.Key function(Run run, Args args) {
    if (args.positional().isEmpty() && args.named().containsKey("attribute")) {
      Map<String, Object> named = new LinkedHashMap<>(args.named());
      Object attribute = named.remove("attribute");
      Object otherwise = named.remove("default");
      for (String name : named.keySet()) {
        throw TemplateException.python(
            "FilterArgumentError", "Unexpected keyword argument '" + name + "'");
      }
      return Keys.of(run, attribute, otherwise, true);
    }
    if (args.positional().isEmpty()) {
      throw TemplateException.python("FilterArgumentError", "map requires a filter argument");
    }
    return item -> Filters.apply(run, name(args), item, args.after(1));
  }
}
