package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters that go through lists. */
final class SequenceFilters {
  private SequenceFilters() {}

  static Map<String, Filters.Body> all() {
    Map<String, Filters.Body> out = new HashMap<>();
    out.put("length", SequenceFilters::length);
    out.put("count", SequenceFilters::length);
    out.put("first", SequenceFilters::first);
    out.put("last", SequenceFilters::last);
    out.put("list", SequenceFilters::list);
    out.put("join", SequenceFilters::join);
    out.put("reverse", SequenceFilters::reverse);
    out.put("sort", SequenceFilters::sort);
    out.put("unique", SequenceFilters::unique);
    out.put("min", (run, v, args) -> extreme(run, v, args, -1));
    out.put("max", (run, v, args) -> extreme(run, v, args, 1));
    out.put("sum", SequenceFilters::sum);
    out.put("batch", SequenceFilters::batch);
    out.put("slice", SequenceFilters::slice);
    out.put("groupby", SequenceFilters::groupBy);
    return out;
  }

  private static Object length(Run run, Object value, Args args) {
    args.bind("length", 0);
    int length = Python.length(value);
    if (length < 0) {
      throw TemplateException.type("object of type '" + Python.typeName(value) + "' has no len()");
    }
    run.work(Python.isString(value) ? length / 64 : 0);
    return (long) length;
  }

  private static Object first(Run run, Object value, Args args) {
    args.bind("first", 0);
    Iterator<Object> items = Python.iterate(run, value);
    return items.hasNext() ? items.next() : Undefined.hint("No first item, sequence was empty.");
  }

  private static Object last(Run run, Object value, Args args) {
    args.bind("last", 0);
    Iterator<Object> items = reversed(run, value);
    return items.hasNext() ? items.next() : Undefined.hint("No last item, sequence was empty.");
  }

  /** {@code reversed(value)}. */
  private static Iterator<Object> reversed(Run run, Object value) {
    if (value == null || value instanceof Lazy || Python.length(value) < 0) {
      throw TemplateException.type("'" + Python.typeName(value) + "' object is not reversible");
    }
    List<Object> items = Python.list(run, value);
    Collections.reverse(items);
    return items.iterator();
  }

  private static Object list(Run run, Object value, Args args) {
    args.bind("list", 0);
    return Python.list(run, value);
  }

  private static Object join(Run run, Object value, Args args) {
    Object[] given = args.bind("join", 0, "d", "attribute");
    Object attribute = Args.or(given[1], null);
    Python.Key key = Keys.of(run, attribute, null, true);
    List<String> parts = new ArrayList<>();
    Iterator<Object> items = Python.iterate(run, value);
    while (items.hasNext()) {
      run.items(1);
      parts.add(run.str(key.of(items.next())));
    }
    return Text.join(run, run.str(Args.or(given[0], "")), parts);
  }

  private static Object reverse(Run run, Object value, Args args) {
    args.bind("reverse", 0);
    if (Python.isString(value)) {
      run.text(Python.text(value).length());
      String out = Text.reverse(Python.text(value));
      return value instanceof Markup ? new Markup(out) : out;
    }
    List<Object> items;
    try {
      items = Python.list(run, value);
    } catch (TemplateException e) {
      throw e.kind().equals("TypeError")
          ? TemplateException.python("FilterArgumentError", "argument must be iterable")
          : e;
    }
    Collections.reverse(items);
    boolean eager = value instanceof Lazy;
    return eager ? items : new Lazy(Python.typeName(value) + "_reverseiterator", items.iterator());
  }

  private static Object sort(Run run, Object value, Args args) {
    Object[] given = args.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    Python.Key key = Keys.ofSeveral(run, Args.or(given[2], null), Args.flag(given[1], false));
    return Python.sorted(run, Python.list(run, value), key, Args.flag(given[0], false));
  }

  private static Object unique(Run run, Object value, Args args) {
    Object[] given = args.bind("unique", 0, "case_sensitive", "attribute");
    Python.Key key = Keys.of(run, Args.or(given[1], null), null, Args.flag(given[0], false));
    return new Lazy(
        "generator",
        new Filtering(
            () -> Python.iterate(run, value),
            new Filtering.Rule() {
              private final Set<Object> seen = new HashSet<>();

              @Override
              public boolean keeps(Object item) {
                run.items(1);
                return seen.add(Dict.hashed(key.of(item)));
              }
            }));
  }

  private static Object extreme(Run run, Object value, Args args, int sign) {
    Object[] given = args.bind(sign < 0 ? "min" : "max", 0, "case_sensitive", "attribute");
    Python.Key key = Keys.of(run, Args.or(given[1], null), null, Args.flag(given[0], false));
    Iterator<Object> items = Python.iterate(run, value);
    if (!items.hasNext()) {
      return Undefined.hint("No aggregated item, sequence was empty.");
    }
    Object best = items.next();
    Object bestKey = key.of(best);
    while (items.hasNext()) {
      Object item = items.next();
      Object itemKey = key.of(item);
      if (Python.ordered(run, itemKey, bestKey, sign < 0 ? "<" : ">")) {
        best = item;
        bestKey = itemKey;
      }
    }
    return best;
  }

  private static Object sum(Run run, Object value, Args args) {
    Object[] given = args.bind("sum", 0, "attribute", "start");
    Python.Key key = Keys.of(run, Args.or(given[0], null), null, true);
    Object out = Args.or(given[1], 0L);
    if (Python.isString(out)) {
      throw TemplateException.type("sum() can't sum strings [use ''.join(seq) instead]");
    }
    Iterator<Object> items = Python.iterate(run, value);
    while (items.hasNext()) {
      out = Arithmetic.apply(run, "+", out, key.of(items.next()));
    }
    return out;
  }

  private static Object batch(Run run, Object value, Args args) {
    Object[] given = args.bind("batch", 1, "linecount", "fill_with");
    long size = Arithmetic.index(given[0]);
    Object fill = Args.or(given[1], null);
    List<Object> out = new ArrayList<>();
    List<Object> row = new ArrayList<>();
    for (Object item : Python.list(run, value)) {
      if (row.size() == size) {
        out.add(row);
        row = new ArrayList<>();
      }
      run.items(2);
      row.add(item);
    }
    if (!row.isEmpty()) {
      while (fill != null && row.size() < size) {
        run.items(1);
        row.add(fill);
      }
      out.add(row);
    }
    return new Lazy("generator", out.iterator());
  }

  private static Object slice(Run run, Object value, Args args) {
    Object[] given = args.bind("slice", 1, "slices", "fill_with");
    long slices = Arithmetic.index(given[0]);
    Object fill = Args.or(given[1], null);
    List<Object> items = Python.list(run, value);
    if (slices == 0) {
      throw TemplateException.python("ZeroDivisionError", "integer division or modulo by zero");
    }
    List<Object> out = new ArrayList<>();
    long each = Math.floorDiv((long) items.size(), slices);
    long extra = Math.floorMod((long) items.size(), slices);
    int from = 0;
    for (long i = 0; i < slices; i++) {
      int to = (int) Math.min(items.size(), from + each + (i < extra ? 1 : 0));
      run.items(to - from + 2L);
      List<Object> part = new ArrayList<>(items.subList(from, to));
      if (fill != null && i >= extra) {
        part.add(fill);
      }
      out.add(part);
      from = to;
    }
    return new Lazy("generator", out.iterator());
  }

  private static Object groupBy(Run run, Object value, Args args) {
    Object[] given = args.bind("groupby", 1, "attribute", "default", "case_sensitive");
    Object otherwise = Args.or(given[1], null);
    Python.Key key = Keys.of(run, given[0], otherwise, Args.flag(given[2], false));
    Python.Key shown = Keys.of(run, given[0], otherwise, true);
    List<Object> out = new ArrayList<>();
    Object last = null;
    List<Object> group = null;
    for (Object item : Python.sorted(run, Python.list(run, value), key, false)) {
      Object current = key.of(item);
      if (group == null || !Python.equal(run, last, current)) {
        group = new ArrayList<>();
        out.add(Tuple.group(shown.of(item), group));
      }
      run.items(3);
      group.add(item);
      last = current;
    }
    return out;
  }
}
