package org.lensdl4j.model.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Arguments of a call, by position and by name. */
record Args(List<Object> positional, Map<String, Object> named) {
  /** Stands where no argument was given, which is not None. */
  static final Object NONE_GIVEN = new Object();

  static final Args EMPTY = new Args(List.of(), Map.of());

  static Args of(Object... positional) {
    return new Args(java.util.Arrays.asList(positional), Map.of());
  }

  /** Without the first {@code n} by position. */
  Args after(int n) {
    return new Args(positional.subList(Math.min(n, positional.size()), positional.size()), named);
  }

  /**
   * Arguments in the order of a function's parameters.
   *
   * @param required how many of them must be given
   * @return {@link #NONE_GIVEN} where one is not
   */
  Object[] bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw TemplateException.type(
          String.format(
              Locale.ROOT,
              "%s() takes at most %d arguments, %d given",
              function,
              parameters.length,
              positional.size()));
    }
    Object[] out = new Object[parameters.length];
    Map<String, Object> rest = new LinkedHashMap<>(named);
    for (int i = 0; i < out.length; i++) {
      boolean byName = rest.containsKey(parameters[i]);
      if (i < positional.size()) {
        out[i] = positional.get(i);
        if (byName) {
          throw TemplateException.type(
              function + "() got multiple values for argument '" + parameters[i] + "'");
        }
      } else {
        out[i] = byName ? rest.remove(parameters[i]) : NONE_GIVEN;
      }
      if (out[i] == NONE_GIVEN && i < required) {
        throw TemplateException.type(
            function + "() missing required argument: '" + parameters[i] + "'");
      }
    }
    for (String name : rest.keySet()) {
      throw TemplateException.type(
          function + "() got an unexpected keyword argument '" + name + "'");
    }
    return out;
  }

  static Object or(Object given, Object otherwise) {
    return given == NONE_GIVEN ? otherwise : given;
  }

  /** An argument as true or false. */
  static boolean flag(Object given, boolean otherwise) {
    return given == NONE_GIVEN ? otherwise : Python.truth(given);
  }

  /** An argument as a whole number. */
  static long integer(Object given, long otherwise) {
    return given == NONE_GIVEN ? otherwise : Arithmetic.index(given);
  }
}
