package org.lensdl4j.lens.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.lensdl4j.model.base.LensException;

/** Typed reading of JSON values with messages that name the option. */
final class JsonValues {
  private JsonValues() {}

  static int integer(String option, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(option, value, "a whole number");
    }
    return value.intValue();
  }

  static long wholeLong(String option, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(option, value, "a whole number of 64 bits");
    }
    return value.longValue();
  }

  static double number(String option, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(option, value, "a number");
    }
    return value.doubleValue();
  }

  static boolean bool(String option, JsonNode value) {
    if (!value.isBoolean()) {
      throw wrong(option, value, "true or false");
    }
    return value.booleanValue();
  }

  static String text(String option, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(option, value, "a string");
    }
    return value.textValue();
  }

  static List<String> strings(String option, JsonNode value) {
    if (!value.isArray()) {
      throw wrong(option, value, "an array of strings");
    }
    List<String> out = new ArrayList<>();
    value.forEach(v -> out.add(text(option, v)));
    return out;
  }

  static Map<String, Double> numbers(String option, JsonNode value) {
    if (!value.isObject()) {
      throw wrong(option, value, "an object of numbers");
    }
    Map<String, Double> out = new TreeMap<>();
    value
        .fields()
        .forEachRemaining(
            f -> out.put(f.getKey(), number(option + "." + f.getKey(), f.getValue())));
    return out;
  }

  static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E constant(String option, JsonNode value, Class<E> type) {
    String name = text(option, value);
    for (E constant : type.getEnumConstants()) {
      if (id(constant).equals(name)) {
        return constant;
      }
    }
    throw wrong(
        option,
        value,
        "one of "
            + String.join(
                ", ", Arrays.stream(type.getEnumConstants()).map(JsonValues::id).toList()));
  }

  static String describe(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private static LensException wrong(String option, JsonNode value, String expected) {
    return Checks.wrong(option, describe(value), expected);
  }
}
