package org.lensdl4j.lab.evaluate.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.corpus.JsonObjectLine;
import org.lensdl4j.model.base.LensException;

/**
 * One line of a data set. A field's type is checked when it is read, so that an error names file,
 * line, field, what was found and what was expected.
 */
public final class DataLine {
  private final int number;
  private final JsonObjectLine object;
  private final JsonNode json;
  private final DataLine english;

  private DataLine(int number, JsonObjectLine object, DataLine english) {
    this.number = number;
    this.object = object;
    this.json = object.node();
    this.english = english;
  }

  static DataLine parse(String file, int number, String text) {
    return new DataLine(number, JsonObjectLine.parse(file + ":" + number, text), null);
  }

  /** A row of a table. */
  static DataLine of(String file, int number, JsonNode row) {
    return new DataLine(number, new JsonObjectLine(file + ":" + number, row), null);
  }

  /** The same line beside the English one. */
  DataLine beside(DataLine line) {
    return new DataLine(number, object, line);
  }

  /** The English line of the same id, of a task that is asked in English. */
  DataLine english() {
    if (english == null) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "line %d was read without English", number));
    }
    return english;
  }

  /** Whether a field has this text. */
  boolean is(String field, String text) {
    return json.path(field).asText().equals(text);
  }

  /** The line's number in its file, from 1. */
  public int number() {
    return number;
  }

  /** Whether a field is there and not null. */
  boolean has(String field) {
    return json.hasNonNull(field);
  }

  /** The first of some fields that is there; the last one if none is. */
  private String found(String... fields) {
    for (String field : fields) {
      if (has(field)) {
        return field;
      }
    }
    return fields[fields.length - 1];
  }

  /** A string under the first of these names that is there, not blank. */
  String text(String... names) {
    String name = found(names);
    JsonNode value = json.path(name);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw wrong(name, value, "a text that is not blank");
    }
    return value.textValue();
  }

  /** The texts of an array of this length, or else of these fields. */
  List<String> texts(String array, String... fields) {
    List<String> out = new ArrayList<>();
    if (!has(array)) {
      for (String field : fields) {
        out.add(text(field));
      }
      return out;
    }
    JsonNode values = json.path(array);
    if (!values.isArray() || values.size() != fields.length) {
      throw wrong(array, values, String.format(Locale.ROOT, "an array of %d texts", fields.length));
    }
    for (JsonNode value : values) {
      if (!value.isTextual() || value.textValue().isBlank()) {
        throw wrong(array, values, "texts that are not blank");
      }
      out.add(value.textValue());
    }
    return out;
  }

  /** All texts of an array, at least one. */
  List<String> texts(String array) {
    JsonNode values = json.path(array);
    List<String> out = new ArrayList<>();
    values.forEach(v -> out.add(v.asText()));
    if (!values.isArray() || out.isEmpty() || out.stream().anyMatch(String::isBlank)) {
      throw wrong(array, values, "an array of texts that are not blank");
    }
    return out;
  }

  /** One of some words. */
  String oneOf(String field, List<String> words) {
    JsonNode value = json.path(field);
    if (!words.contains(value.asText())) {
      throw wrong(field, value, "one of " + String.join(", ", words));
    }
    return value.asText();
  }

  /**
   * The index of the right choice, from a field that counts from {@code first}, as a number or
   * written as a string.
   */
  int label(String field, int first, int choices) {
    JsonNode value = json.path(field);
    boolean whole = value.isIntegralNumber() || value.asText().matches("\\d{1,9}");
    long label = whole ? value.asLong() - first : -1;
    if (label < 0 || label >= choices) {
      throw wrong(
          field,
          value,
          String.format(Locale.ROOT, "a whole number from %d to %d", first, first + choices - 1));
    }
    return (int) label;
  }

  /** The index of a letter, A being 0. */
  int letter(String field, int choices) {
    JsonNode value = json.path(field);
    String text = value.asText().strip().toUpperCase(Locale.ROOT);
    int label = text.length() == 1 ? text.charAt(0) - 'A' : -1;
    if (label < 0 || label >= choices) {
      throw wrong(field, value, "a letter from A to " + (char) ('A' + choices - 1));
    }
    return label;
  }

  /** A number or a string, as a string. */
  String scalar(String... names) {
    String name = found(names);
    JsonNode value = json.path(name);
    if (!value.isNumber() && (!value.isTextual() || value.textValue().isBlank())) {
      throw wrong(name, value, "a number or a text");
    }
    return value.asText();
  }

  /** The values of the first group of fields that are all there, joined; null if there is none. */
  String key(List<List<String>> groups) {
    for (List<String> group : groups) {
      if (group.stream().allMatch(f -> json.path(f).isValueNode() && has(f))) {
        return String.join("/", group.stream().map(f -> json.path(f).asText()).toList());
      }
    }
    return null;
  }

  LensException wrong(String field, JsonNode found, String expected) {
    return object.wrong("field " + field, found, expected);
  }
}
