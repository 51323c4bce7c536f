package org.lensdl4j.lens.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lensdl4j.model.base.LensException;

/**
 * One option: all that JSON, builders, fingerprints, command lines and searches know of it. Values
 * are of the option's type: {@code Integer}, {@code Long}, {@code Double}, {@code Boolean}, {@code
 * String}, an enum, a {@code List} of strings, a {@code Map} of strings to {@code Double}, or an
 * object that only programs can give.
 *
 * @param name in JSON, in messages, and of the builder's method
 * @param type as above
 * @param initial the default
 * @param range of a number, or of each number of a map; null for other types
 * @param affects what another value changes
 * @param help a sentence; other options are in braces, as {@code {batchSize}}
 * @param optional whether null is a value
 */
public record Option(
    String name,
    Class<?> type,
    Object initial,
    Range range,
    Affects affects,
    String help,
    boolean optional) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN = 60;

  /** What another value of an option changes. */
  public enum Affects {
    /** The language space, and with it the result. */
    SPACE,
    /** The result. */
    RESULT,
    /** Only how the work is done. */
    NOTHING
  }

  static Option whole(String name, int initial, int least, Affects affects, String help) {
    return new Option(name, Integer.class, initial, Range.from(least), affects, help, false);
  }

  static Option number(String name, double initial, Range range, Affects affects, String help) {
    return new Option(name, Double.class, initial, range, affects, help, false);
  }

  static Option other(String name, Class<?> type, Object initial, Affects affects, String help) {
    return new Option(name, type, initial, null, affects, help, false);
  }

  /** The same with another default. */
  public Option with(Object newInitial) {
    return new Option(name, type, newInitial, range, affects, help, optional);
  }

  /** The same under another name. */
  public Option named(String newName, String newHelp) {
    return new Option(newName, type, initial, range, affects, newHelp, optional);
  }

  /** The same, and null is a value, too. */
  public Option orNone() {
    return new Option(name, type, initial, range, affects, help, true);
  }

  /** Whether values are whole numbers. */
  public boolean isWhole() {
    return type == Integer.class || type == Long.class;
  }

  /** Whether a value is one of several words, a number, or true or false. */
  public boolean isScalar() {
    return type != List.class && type != Map.class;
  }

  /** The values of an enum as they are written; else none. */
  public List<String> words() {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).map(c -> id((Enum<?>) c)).toList()
        : List.of();
  }

  /** A constant as JSON has it. */
  static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * A value of the option's type, as JSON, YAML or a program gives it. The range is not looked at.
   *
   * @throws LensException naming the option, what was found and what was expected
   */
  public Object typed(Object found) {
    if (found == null && optional) {
      return null;
    }
    if (type == List.class && found instanceof List<?> list) {
      return list.stream().map(v -> of(name, String.class, v)).toList();
    }
    if (type == Map.class && found instanceof Map<?, ?> map) {
      Map<String, Object> out = new TreeMap<>();
      map.forEach((k, v) -> out.put(k.toString(), of(name + "." + k, Double.class, v)));
      return Collections.unmodifiableMap(out);
    }
    return of(name, type, found);
  }

  private static Object of(String name, Class<?> type, Object found) {
    if (found instanceof Number n && type == Double.class) {
      return n.doubleValue();
    }
    if (found instanceof Integer n && type == Long.class) {
      return n.longValue();
    }
    if (found instanceof String s && type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (id((Enum<?>) constant).equals(s)) {
          return constant;
        }
      }
    }
    if (!type.isInstance(found)) {
      throw wrong(name, described(found), expected(type));
    }
    return found;
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(c -> id((Enum<?>) c))
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "Integer" -> "a whole number";
      case "Long" -> "a whole number of 64 bits";
      case "Double" -> "a number";
      case "Boolean" -> "true or false";
      case "String" -> "a string";
      case "List" -> "an array of strings";
      case "Map" -> "an object of numbers";
      default -> "a value";
    };
  }

  /**
   * Refuses what is out of range.
   *
   * @param value of the option's type
   * @throws LensException naming the option, what was found and what was expected
   */
  public void check(Object value) {
    if (value == null && !optional) {
      throw wrong(name, "nothing", "a value");
    }
    if (range != null && value instanceof Map<?, ?> map) {
      map.forEach((key, v) -> check(name + "." + key, v));
    } else if (range != null) {
      check(name, value);
    }
  }

  private void check(String what, Object value) {
    if (!range.has(((Number) value).doubleValue())) {
      throw wrong(what, value, range.words());
    }
  }

  /** Of a map of numbers: one of them, as an option of its own. */
  public Option entry(String key) {
    return new Option(key, Double.class, null, range, affects, help, false);
  }

  /** A value as JSON has it. */
  public Object json(Object value) {
    return value instanceof Enum<?> constant ? id(constant) : value;
  }

  /** A value for people, a number without needless digits. */
  public String shown(Object value) {
    if (value instanceof Double d) {
      String text = Double.toString(d).replace(".0E", "e").replace('E', 'e');
      return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(json(value));
  }

  static LensException wrong(String option, Object found, String expected) {
    return new LensException(
        String.format(Locale.ROOT, "option %s: found %s, expected %s", option, found, expected));
  }

  static String described(Object found) {
    String text;
    try {
      text = JSON.writeValueAsString(found);
    } catch (JsonProcessingException e) {
      text = String.valueOf(found);
    }
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
