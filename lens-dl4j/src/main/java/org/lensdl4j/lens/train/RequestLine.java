package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.lensdl4j.lens.corpus.JsonObjectLine;

/** A line of a file of requests. */
record RequestLine(JsonObjectLine line) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads it.
   *
   * @param absent the id of a line without one
   */
  LanguageRequest read(String absent) {
    JsonNode answer = line.node().path("answer");
    JsonNode cut = line.node().path("cut");
    if (!cut.isMissingNode() && !cut.isBoolean()) {
      throw line.wrong("field cut", cut, "true or false");
    }
    return new LanguageRequest(
        line.id(absent),
        text("language"),
        text("prompt"),
        answer.isMissingNode() || answer.isNull() ? null : text("answer"),
        cut.asBoolean());
  }

  private String text(String field) {
    JsonNode value = line.node().path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw line.wrong("field " + field, value, "a text that is not blank");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
      throw line.wrong("field " + field, value, "whole characters, not half of a surrogate pair");
    }
    return value.textValue();
  }

  static String json(LanguageRequest item) {
    ObjectNode out = JSON.createObjectNode();
    out.put("id", item.id()).put("language", item.language()).put("prompt", item.prompt());
    if (item.answer() != null) {
      out.put("answer", item.answer());
      if (item.cut()) {
        out.put("cut", true);
      }
    }
    return out.toString();
  }
}
