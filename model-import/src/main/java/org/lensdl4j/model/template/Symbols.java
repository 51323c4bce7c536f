package org.lensdl4j.model.template;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which names a part of a template has for itself, and what they are before it starts. Jinja2
 * decides this before a template runs, by where a name is assigned: a name assigned in a loop is
 * the loop's own, and one that is assigned further down is undefined until then, even where a
 * variable of that name was given.
 */
final class Symbols {
  /** What an own name is at the start. */
  enum Start {
    /** Given by whoever starts the part. */
    PARAMETER,
    /** What it is outside. */
    OUTER,
    /** The variable that was given to the template. */
    GIVEN,
    /** Nothing, until it is assigned. */
    UNDEFINED
  }

  private final Symbols parent;
  private final Map<String, Start> own;
  private final Set<String> stores;

  Symbols(Symbols parent) {
    this(parent, new LinkedHashMap<>(), new HashSet<>());
  }

  private Symbols(Symbols parent, Map<String, Start> own, Set<String> stores) {
    this.parent = parent;
    this.own = own;
    this.stores = stores;
  }

  /** The own names. */
  Map<String, Start> own() {
    return own;
  }

  private boolean knows(String name) {
    return own.containsKey(name) || parent != null && parent.knows(name);
  }

  void parameter(String name) {
    stores.add(name);
    own.put(name, Start.PARAMETER);
  }

  void store(String name) {
    stores.add(name);
    if (!own.containsKey(name)) {
      boolean outside = parent != null && parent.knows(name);
      own.put(name, outside ? Start.OUTER : Start.UNDEFINED);
    }
  }

  void store(Target target) {
    if (target instanceof Target.Name name) {
      store(name.name());
    } else if (target instanceof Target.Attribute attribute) {
      load(attribute.namespace());
    } else if (target instanceof Target.Several several) {
      several.targets().forEach(this::store);
    }
  }

  void parameters(Target target) {
    if (target instanceof Target.Name name) {
      parameter(name.name());
    } else if (target instanceof Target.Several several) {
      several.targets().forEach(this::parameters);
    }
  }

  void load(String name) {
    if (!knows(name)) {
      own.put(name, Start.GIVEN);
    }
  }

  void load(Expr expression) {
    if (expression instanceof Expr.Name name) {
      load(name.name());
    }
    expression.parts().forEach(this::load);
  }

  void load(Expr.Arguments arguments) {
    arguments.parts().forEach(this::load);
  }

  /** Names of statements, of which one branch runs or none. */
  void branches(List<List<Stmt>> branches) {
    List<Symbols> all =
        branches.stream()
            .map(
                body -> {
                  Symbols branch =
                      new Symbols(parent, new LinkedHashMap<>(own), new HashSet<>(stores));
                  body.forEach(statement -> statement.declare(branch));
                  return branch;
                })
            .toList();
    Set<String> assigned = new HashSet<>();
    all.forEach(branch -> assigned.addAll(branch.stores));
    assigned.removeAll(stores);
    for (Symbols branch : all) {
      own.putAll(branch.own);
      stores.addAll(branch.stores);
    }
    for (String name : assigned) {
      own.put(name, parent != null && parent.knows(name) ? Start.OUTER : Start.GIVEN);
    }
  }
}
