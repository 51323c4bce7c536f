package org.lensdl4j.model.template;

/**
 * What the filters {@code safe} and {@code escape} make: a string to which other strings are added
 * in escaped form.
 */
record Markup(String text) {
  /** Escapes a value, unless it is escaped already. */
  static String escape(Run run, Object value) {
    if (value instanceof Markup markup) {
      return markup.text;
    }
    String plain = run.str(value);
    StringBuilder out = new StringBuilder();
    run.text(6L * plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\'' -> out.append("&#39;");
        case '"' -> out.append("&#34;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
