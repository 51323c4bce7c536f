package org.lensdl4j.model.template;

import java.util.Locale;

/**
 * What a name, attribute or item that is not there evaluates to: printed and iterated as nothing;
 * anything else ends the rendering.
 *
 * @param message what is not there
 * @param kind the exception that its use raises
 */
record Undefined(String message, String kind) {
  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined", "UndefinedError");
  }

  static Undefined hint(String message) {
    return new Undefined(message, "UndefinedError");
  }

  /** Of an attribute or item. */
  static Undefined of(Object owner, Object name) {
    String type = owner == null ? "None" : "'" + Python.typeName(owner) + " object'";
    return hint(
        type
            + (name instanceof String
                ? " has no attribute '" + name + "'"
                : " has no element " + Printer.brief(name)));
  }

  static Undefined unsafe(Object owner, String name) {
    return new Undefined(
        String.format(
            Locale.ROOT,
            "access to attribute '%s' of '%s' object is unsafe.",
            name,
            Python.typeName(owner)),
        "SecurityError");
  }

  TemplateException error() {
    return TemplateException.python(kind, message);
  }
}
