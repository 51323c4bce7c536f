package org.lensdl4j.lab.search;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;

/**
 * A value of a configuration file with its position, so that messages can name line and field.
 * Values are maps, lists, strings, numbers, booleans and null: nothing in a file names a class, and
 * YAML's references are not followed.
 */
final class ConfigNode {
  private static final int DEPTH = 8;

  private final String field;
  private final int line;
  private final Object value;

  private ConfigNode(String field, int line, Object value) {
    this.field = field;
    this.line = line;
    this.value = value;
  }

  /** Reads JSON, or YAML, of which JSON is a part. */
  static ConfigNode read(String text, boolean yaml) {
    JsonFactory factory = yaml ? new YAMLFactory() : new JsonFactory();
    factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    try (JsonParser parser = factory.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new LensException("line 1: found an empty file, expected a search");
      }
      ConfigNode out = value("", parser, 0);
      if (parser.nextToken() != null) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "line %d: found something behind the end of the search",
                parser.getTokenLocation().getLineNr()));
      }
      return out;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String message = e.getOriginalMessage().lines().findFirst().orElse("cannot be read");
      throw new LensException(String.format(Locale.ROOT, "line %d: %s", line, message), e);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ConfigNode value(String field, JsonParser in, int depth) throws IOException {
    int line = in.getTokenLocation().getLineNr();
    if (depth > DEPTH) {
      throw new LensException(
          String.format(Locale.ROOT, "line %d: %s: nested too deeply", line, field));
    }
    JsonToken token = in.currentToken();
    Object value =
        switch (token) {
          case START_OBJECT -> map(field, in, depth);
          case START_ARRAY -> {
            List<ConfigNode> items = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
              items.add(value(field, in, depth + 1));
            }
            yield items;
          }
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in);
          case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
          case VALUE_NULL -> null;
          // YAML 1.1 has no number 1e-5, only 1.0e-5; nobody who writes it means a text.
          case VALUE_STRING -> looksNumeric(in.getText()) ? number(in) : in.getText();
          default ->
              throw new LensException(
                  String.format(Locale.ROOT, "line %d: %s: found %s", line, field, token));
        };
    return new ConfigNode(field, line, value);
  }

  private static boolean looksNumeric(String text) {
    return text.matches("[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]{1,3}");
  }

  private static Object number(JsonParser in) throws IOException {
    BigDecimal exact = new BigDecimal(in.getText().strip().replace("_", ""));
    boolean whole = in.currentToken() == JsonToken.VALUE_NUMBER_INT;
    return whole && exact.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
        ? (Object) narrow(exact.longValue())
        : (Object) exact.doubleValue();
  }

  private static Object narrow(long value) {
    return value == (int) value ? (Object) (int) value : (Object) value;
  }

  private static Map<String, ConfigNode> map(String field, JsonParser in, int depth)
      throws IOException {
    Map<String, ConfigNode> out = new LinkedHashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      out.put(name, value(field.isEmpty() ? name : field + "." + name, in, depth + 1));
    }
    return out;
  }

  LensException wrong(String expected) {
    return new LensException(
        String.format(
            Locale.ROOT,
            "line %d: %s: found %s, expected %s",
            line,
            field.isEmpty() ? "the file" : field,
            describe(),
            expected));
  }

  LensException unknown(Collection<String> known) {
    return new LensException(
        String.format(
            Locale.ROOT,
            "line %d: unknown field %s, known are %s",
            line,
            field,
            String.join(", ", known)));
  }

  /** The reason of another message, with the place in front. */
  LensException wrong(RuntimeException reason) {
    return new LensException(
        String.format(Locale.ROOT, "line %d: %s: %s", line, field, reason.getMessage()), reason);
  }

  private String describe() {
    String text =
        value instanceof Map ? "a map" : value instanceof List ? "a list" : "'" + value + "'";
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  @SuppressWarnings("unchecked")
  Map<String, ConfigNode> map(String expected) {
    if (!(value instanceof Map)) {
      throw wrong(expected);
    }
    return (Map<String, ConfigNode>) value;
  }

  @SuppressWarnings("unchecked")
  List<ConfigNode> list(String expected) {
    if (!(value instanceof List)) {
      throw wrong(expected);
    }
    return (List<ConfigNode>) value;
  }

  boolean isList() {
    return value instanceof List;
  }

  /** A string, number, boolean or null. */
  Object plain() {
    if (value instanceof Map || value instanceof List) {
      throw wrong("a single value");
    }
    return value;
  }

  double number() {
    if (!(value instanceof Number n)) {
      throw wrong("a number");
    }
    return n.doubleValue();
  }

  int integer() {
    if (!(value instanceof Integer n)) {
      throw wrong("a whole number");
    }
    return n;
  }

  long wholeLong() {
    if (!(value instanceof Integer) && !(value instanceof Long)) {
      throw wrong("a whole number");
    }
    return ((Number) value).longValue();
  }

  boolean bool() {
    if (!(value instanceof Boolean b)) {
      throw wrong("true or false");
    }
    return b;
  }

  String text() {
    if (!(value instanceof String s)) {
      throw wrong("a text");
    }
    return s;
  }

  /** The value without places, for JSON. */
  Object bare() {
    if (value instanceof Map) {
      Map<String, Object> out = new LinkedHashMap<>();
      map("").forEach((name, v) -> out.put(name, v.bare()));
      return out;
    }
    return value instanceof List ? list("").stream().map(ConfigNode::bare).toList() : value;
  }
}
