package org.lensdl4j.model.template;

import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A chat template: Jinja2 as Hugging Face's {@code apply_chat_template} sets it up ({@code
 * trim_blocks}, {@code lstrip_blocks}, the immutable sandbox, loop controls, the tag {@code
 * generation}, {@code raise_exception}, {@code strftime_now}, a {@code tojson} that escapes no
 * HTML).
 *
 * <p>Immutable and safe for use from several threads.
 */
public final class Template {
  private final Captured body;
  private final int length;

  private Template(Captured body, int length) {
    this.body = body;
    this.length = length;
  }

  /**
   * A template from its source.
   *
   * @throws TemplateException if the source is malformed
   */
  public static Template of(String source) {
    try {
      return new Template(Parser.parse(source), source.length());
    } catch (StackOverflowError e) {
      throw TemplateException.refused("nested too deeply");
    }
  }

  /**
   * What the template writes.
   *
   * @param variables strings, truth values, whole numbers, real numbers, null, lists and maps of
   *     these
   * @param clock what {@code strftime_now} asks
   * @throws TemplateException if the template refuses, does what Python refuses, or exceeds the
   *     bounds
   */
  public String render(Map<String, ?> variables, Clock clock) {
    Map<String, Object> given = new HashMap<>(Functions.all());
    long input = length;
    for (Map.Entry<String, ?> entry : variables.entrySet()) {
      given.put(entry.getKey(), value(entry.getValue()));
      input += size(entry.getValue());
    }
    Run run = new Run(clock, input);
    StringBuilder out = new StringBuilder();
    try {
      Stmt.all(body.body(), run, new Frame(run, given, body.symbols()), out);
    } catch (StackOverflowError e) {
      throw TemplateException.refused("nested too deeply");
    }
    return out.toString();
  }

  private static long size(Object value) {
    if (value instanceof String text) {
      return text.length();
    }
    long out = 1;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out += size(entry.getKey()) + size(entry.getValue());
      }
    } else if (value instanceof List<?> list) {
      for (Object item : list) {
        out += size(item);
      }
    }
    return out;
  }

  private static Object value(Object value) {
    if (value instanceof Map<?, ?> map) {
      Dict out = new Dict();
      map.forEach((key, item) -> out.put(value(key), value(item)));
      return out;
    }
    if (value instanceof List<?> list) {
      List<Object> out = new ArrayList<>(list.size());
      list.forEach(item -> out.add(value(item)));
      return out;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof BigInteger number) {
      return Arithmetic.integer(number);
    }
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Long
        || value instanceof Double) {
      return value;
    }
    throw new IllegalArgumentException("a template takes no " + value.getClass());
  }
}
