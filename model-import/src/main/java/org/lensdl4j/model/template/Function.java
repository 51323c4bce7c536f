package org.lensdl4j.model.template;

/**
 * A function, or a method of a value.
 *
 * @param name as the template knows it
 * @param type Python's name for its type
 */
record Function(String name, String type, Callable body) implements Callable {
  static Function of(String name, Callable body) {
    return new Function(name, "function", body);
  }

  @Override
  public Object call(Run run, Args args) {
    return body.call(run, args);
  }
}
