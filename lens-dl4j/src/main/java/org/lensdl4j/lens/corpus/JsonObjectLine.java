package org.lensdl4j.lens.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * One line of a JSON Lines file: an object; errors name the line and the field.
 *
 * @param position how messages name the line, {@code file:line}
 * @param node the object
 */
public record JsonObjectLine(String position, JsonNode node) {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  /**
   * Reads a line.
   *
   * @throws LensException if it is no JSON object
   */
  public static JsonObjectLine parse(String position, String json) {
    JsonNode node;
    try {
      node = JSON.readValue(json);
    } catch (JsonProcessingException e) {
      throw new LensException(position + ": not JSON: " + e.getOriginalMessage(), e);
    }
    JsonObjectLine line = new JsonObjectLine(position, node);
    if (!node.isObject()) {
      throw line.wrong("the line", node, "a JSON object");
    }
    return line;
  }

  /**
   * The field {@code id}, a string or a whole number.
   *
   * @param absent the id of a line without one; null if there must be one
   */
  public String id(String absent) {
    JsonNode id = node.path("id");
    if (id.isMissingNode() && absent != null) {
      return absent;
    }
    if (id.isIntegralNumber() || (id.isTextual() && !id.textValue().isBlank())) {
      return id.asText();
    }
    throw wrong("field id", id, "a string or a whole number");
  }

  /** An error that says what was found, shortened, and what was expected. */
  public LensException wrong(String what, JsonNode found, String expected) {
    String text = found.isMissingNode() ? "nothing" : found.toString();
    return new LensException(
        String.format(
            Locale.ROOT,
            "%s: %s: found %s, expected %s",
            position,
            what,
            text.length() <= 80 ? text : text.substring(0, 80) + "...",
            expected));
  }
}
