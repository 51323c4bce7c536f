package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** Tiny tokenizers of both GGUF kinds, and Python's reference values (tokenizers_reference.py). */
final class TinyTokenizers {
  private TinyTokenizers() {}

  static JsonNode resource(String name) {
    try (InputStream in = TinyTokenizers.class.getResourceAsStream("/text/" + name + ".json")) {
      return Json.MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** GGUF metadata that may be changed: {@code tiny-gpt2} or {@code tiny-llama}. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> metadata(String name) {
    return new HashMap<>(Json.MAPPER.convertValue(resource(name).path("metadata"), Map.class));
  }

  static TextTokenizer open(Map<String, Object> metadata) {
    return GgufTokenizer.of(metadata, "tiny.gguf").open("tiny.gguf");
  }

  /** The byte-level one, with the template of ChatML. */
  static ModelText chat() {
    return ModelText.ofGguf(metadata("tiny-gpt2"), "tiny.gguf");
  }
}
