package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filters by name. */
final class Filters {
  @FunctionalInterface
  interface Body {
    Object apply(Run run, Object value, Args args);
  }

  /** Jinja2 has them and chat templates do not use them. */
  private static final Set<String> REFUSED =
      Set.of(
          "filesizeformat",
          "pprint",
          "random",
          "striptags",
          "urlencode",
          "urlize",
          "wordwrap",
          "xmlattr");

  private static final Map<String, Body> ALL = all();

  private Filters() {}

  static boolean isKnown(String name) {
    return ALL.containsKey(name) || REFUSED.contains(name);
  }

  static Object apply(Run run, String name, Object value, Args args) {
    Body body = ALL.get(name);
    if (body != null) {
      return body.apply(run, value, args);
    }
    if (REFUSED.contains(name)) {
      throw TemplateException.refused("the filter '" + name + "'");
    }
    throw TemplateException.python("TemplateRuntimeError", "No filter named '" + name + "' found.");
  }

  private static Map<String, Body> all() {
    Map<String, Body> out = new HashMap<>();
    out.putAll(TextFilters.all());
    out.putAll(NumberFilters.all());
    out.putAll(SequenceFilters.all());
    out.putAll(SelectFilters.all());
    out.put("default", Filters::orDefault);
    out.put("d", Filters::orDefault);
    out.put("tojson", JsonText::of);
    out.put("attr", (run, v, args) -> attr(v, args));
    out.put("dictsort", Filters::dictSort);
    out.put("items", Filters::items);
    return Map.copyOf(out);
  }

  private static Object orDefault(Run run, Object value, Args args) {
    Object[] given = args.bind("default", 0, "default_value", "boolean");
    boolean falsy = Args.flag(given[1], false) && !Python.truth(value);
    return value instanceof Undefined || falsy ? Args.or(given[0], "") : value;
  }

  private static Object attr(Object value, Args args) {
    Object name = args.bind("attr", 1, "name")[0];
    if (!Python.isString(name)) {
      throw TemplateException.type("attr: attribute name must be string");
    }
    return value instanceof Undefined
        ? Undefined.of(value, name)
        : Attributes.attributeOnly(value, Python.text(name));
  }

  private static Object items(Run run, Object value, Args args) {
    args.bind("items", 0);
    if (value instanceof Undefined) {
      return new Lazy("generator", new ArrayList<>().iterator());
    }
    if (!(value instanceof Dict dict)) {
      throw TemplateException.type("Can only get item pairs from a mapping.");
    }
    return new Lazy("generator", CollectionMethods.view(run, dict, "items").items().iterator());
  }

  private static Object dictSort(Run run, Object value, Args args) {
    Object[] given = args.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    boolean sensitive = Args.flag(given[0], false);
    Object by = Args.or(given[1], "key");
    if (!"key".equals(by) && !"value".equals(by)) {
      throw TemplateException.python(
          "FilterArgumentError", "You can only sort by either \"key\" or \"value\"");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(value instanceof Dict dict)) {
      throw TemplateException.python(
          "AttributeError", "'" + Python.typeName(value) + "' object has no attribute 'items'");
    }
    int part = by.equals("key") ? 0 : 1;
    List<Object> pairs = CollectionMethods.view(run, dict, "items").items();
    return Python.sorted(
        run,
        pairs,
        pair -> Keys.ignoreCase(((Tuple) pair).get(part), sensitive),
        Args.flag(given[2], false));
  }
}
