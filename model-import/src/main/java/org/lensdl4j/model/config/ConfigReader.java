package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.base.ModelFormatException;

/** Reads a JSON object with checked ranges, and records which keys were read. */
final class ConfigReader {
  private final String source;
  private final JsonNode root;
  private final Map<String, String> aliases;
  private final Set<String> used = new HashSet<>();

  ConfigReader(String source, JsonNode root) {
    this(source, root, Map.of());
  }

  /**
   * @param aliases the file's name of a key, by the name that the code asks for
   */
  ConfigReader(String source, JsonNode root, Map<String, String> aliases) {
    this.source = source;
    this.root = root;
    this.aliases = aliases;
  }

  String source() {
    return source;
  }

  /** The value of a key, null where it is absent or null. */
  JsonNode get(String key) {
    used.add(key);
    used.add(name(key));
    JsonNode node = root.get(name(key));
    return node == null || node.isNull() ? null : node;
  }

  boolean has(String key) {
    return root.has(name(key));
  }

  private String name(String key) {
    String alias = aliases.get(key);
    return alias == null || !root.has(alias) && root.has(key) ? key : alias;
  }

  /** Keys that nobody asked for. */
  List<String> unused() {
    Set<String> rest = new java.util.TreeSet<>();
    root.fieldNames().forEachRemaining(rest::add);
    rest.removeAll(used);
    return List.copyOf(rest);
  }

  int integer(String key, int least, int most) {
    JsonNode node = get(key);
    if (node == null) {
      throw new ModelFormatException(source + " does not say " + name(key));
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(key, node, "a whole number from " + least + " to " + most);
    }
    return inRange(key, node.intValue(), least, most);
  }

  int integer(String key, int absent, int least, int most) {
    return get(key) == null ? absent : integer(key, least, most);
  }

  double number(String key, double absent, double least, double most) {
    JsonNode node = get(key);
    if (node == null) {
      return absent;
    }
    double value = node.asDouble(Double.NaN);
    if (!node.isNumber() || !(value >= least && value <= most)) {
      throw wrong(key, node, "a number from " + least + " to " + most);
    }
    return value;
  }

  boolean bool(String key, boolean absent) {
    JsonNode node = get(key);
    if (node == null) {
      return absent;
    }
    if (!node.isBoolean()) {
      throw wrong(key, node, "true or false");
    }
    return node.booleanValue();
  }

  String text(String key, String absent) {
    JsonNode node = get(key);
    if (node == null) {
      return absent;
    }
    if (!node.isTextual()) {
      throw wrong(key, node, "text");
    }
    return node.textValue();
  }

  /** A list of numbers, or null. */
  List<Double> numbers(String key, double least, double most) {
    JsonNode node = get(key);
    if (node == null) {
      return null;
    }
    List<Double> out = new ArrayList<>();
    for (JsonNode item : node) {
      if (!item.isNumber() || !(item.doubleValue() >= least && item.doubleValue() <= most)) {
        throw wrong(key, node, "numbers from " + least + " to " + most);
      }
      out.add(item.doubleValue());
    }
    if (!node.isArray()) {
      throw wrong(key, node, "a list of numbers");
    }
    return out;
  }

  /** Refuses a setting that would change the result. */
  void refuse(String key) {
    throw UnknownKeys.refusal(source, key, root.get(name(key)));
  }

  private int inRange(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT, "%s: %s is %d; expected %d to %d", source, key, value, least, most));
    }
    return value;
  }

  private ModelFormatException wrong(String key, JsonNode node, String expected) {
    String found = node.toString();
    return new ModelFormatException(
        String.format(
            Locale.ROOT,
            "%s: %s is %s; expected %s",
            source,
            key,
            found.length() > 60 ? found.substring(0, 60) + "..." : found,
            expected));
  }
}
