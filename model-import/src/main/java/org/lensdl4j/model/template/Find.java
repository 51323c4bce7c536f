package org.lensdl4j.model.template;

/** {@code find} and its kin: positions are counted in code points. */
final class Find {
  private Find() {}

  static Object of(Run run, String text, String name, Args args) {
    Object[] given = args.bind(name, 1, "sub", "start", "end");
    if (!Python.isString(given[0])) {
      throw TemplateException.type("must be str, not " + Python.typeName(given[0]));
    }
    String part = Python.text(given[0]);
    int[] bounds = part(text, given[1], given[2]);
    if (bounds[0] > bounds[1]) {
      return name.equals("count") ? 0L : missing(name);
    }
    String within = Text.slice(text, bounds[0], bounds[1]);
    run.search(within.length(), part.length());
    if (name.equals("count")) {
      return count(within, part);
    }
    int at = name.startsWith("r") ? within.lastIndexOf(part) : within.indexOf(part);
    return at < 0 ? missing(name) : (long) bounds[0] + within.codePointCount(0, at);
  }

  private static long missing(String name) {
    if (name.endsWith("index")) {
      throw TemplateException.value("substring not found");
    }
    return -1;
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return Python.length(text) + 1L;
    }
    long out = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      out++;
    }
    return out;
  }

  /** Where {@code text[start:end]} starts and ends; behind each other if it is not there. */
  static int[] part(String text, Object start, Object end) {
    int length = Python.length(text);
    Object from = Args.or(start, null);
    Object to = Args.or(end, null);
    long first = from == null ? 0 : Arithmetic.index(from);
    long last = to == null ? length : Arithmetic.index(to);
    first = first < 0 ? Math.max(0, first + length) : Math.min(first, length + 1L);
    last = last < 0 ? Math.max(0, last + length) : Math.min(last, length);
    return new int[] {(int) first, (int) last};
  }
}
