package org.lensdl4j.model.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The names of one part of a template while it runs, within those of the part around it. */
final class Frame {
  private final Frame parent;
  private final Map<String, Object> given;
  private final Map<String, Object> values = new HashMap<>();
  private final Set<String> assigned = new HashSet<>();

  /** A part within another. */
  Frame(Run run, Frame parent, Symbols symbols) {
    this(run, parent, parent.given, symbols);
  }

  /** A template or block, with the variables given to it. */
  Frame(Run run, Map<String, Object> given, Symbols symbols) {
    this(run, null, given, symbols);
  }

  private Frame(Run run, Frame parent, Map<String, Object> given, Symbols symbols) {
    this.parent = parent;
    this.given = given;
    symbols
        .own()
        .forEach(
            (name, start) ->
                values.put(
                    name,
                    switch (start) {
                      case OUTER -> parent.find(name);
                      case GIVEN -> given.getOrDefault(name, Args.NONE_GIVEN);
                      default -> Args.NONE_GIVEN;
                    }));
    run.work(symbols.own().size());
  }

  private Object find(String name) {
    Frame frame = this;
    while (frame != null) {
      Object value = frame.values.get(name);
      if (value != null || frame.values.containsKey(name)) {
        return value;
      }
      frame = frame.parent;
    }
    return Args.NONE_GIVEN;
  }

  boolean isMissing(String name) {
    return values.get(name) == Args.NONE_GIVEN;
  }

  /** The value of a name, or {@link Undefined}. */
  Object load(Run run, String name) {
    Object value = find(name);
    if (value != Args.NONE_GIVEN) {
      return value;
    }
    if (name.equals("self") || name.equals("super")) {
      throw TemplateException.refused("the variable '" + name + "'");
    }
    return Undefined.name(name);
  }

  void store(String name, Object value) {
    values.put(name, value);
    assigned.add(name);
  }

  /** The variables given, and what the template itself has assigned so far. */
  Map<String, Object> seenByBlocks() {
    Frame root = this;
    while (root.parent != null) {
      root = root.parent;
    }
    Map<String, Object> out = new HashMap<>(given);
    for (String name : root.assigned) {
      out.put(name, root.values.get(name));
    }
    return out;
  }
}
