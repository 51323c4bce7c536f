package org.lensdl4j.lens.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;

/** The options of one kind of work, in the order in which files hold them. */
public final class OptionTable {
  private final Map<String, Option> options = new LinkedHashMap<>();

  /** Options with names of their own. */
  public OptionTable(Option... all) {
    for (Option option : all) {
      if (options.put(option.name(), option) != null) {
        throw new IllegalArgumentException(option.name() + " twice");
      }
    }
  }

  /** The same with other defaults of some, by name. */
  OptionTable with(Map<String, Object> initial) {
    return new OptionTable(
        options.values().stream()
            .map(o -> initial.containsKey(o.name()) ? o.with(initial.get(o.name())) : o)
            .toArray(Option[]::new));
  }

  /** All of them. */
  public List<Option> all() {
    return List.copyOf(options.values());
  }

  /**
   * An option by its name.
   *
   * @throws LensException naming those that there are
   */
  public Option get(String name) {
    Option out = options.get(name);
    if (out == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "configuration: unknown option '%s', known are %s",
              name,
              String.join(", ", options.keySet())));
    }
    return out;
  }

  /**
   * Values of all options in order, those that are not given by default.
   *
   * @throws LensException if one is out of range
   */
  Map<String, Object> checked(Map<String, Object> given) {
    Map<String, Object> out = new LinkedHashMap<>();
    options.forEach(
        (name, option) -> {
          Object value = given.containsKey(name) ? given.get(name) : option.initial();
          option.check(value);
          out.put(name, value);
        });
    return Collections.unmodifiableMap(out);
  }
}
