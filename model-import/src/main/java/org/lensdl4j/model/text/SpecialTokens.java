package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tokens that a model's configuration names; each may be null.
 *
 * @param bos begins a text
 * @param eos ends a turn or a text
 * @param unk replaces what the vocabulary cannot express
 * @param pad fills batches
 */
public record SpecialTokens(String bos, String eos, String unk, String pad) {

  /** No special tokens are known. */
  public static final SpecialTokens NONE = new SpecialTokens(null, null, null, null);

  /**
   * Reads the fields {@code bos_token} etc. of tokenizer_config.json or special_tokens_map.json,
   * which are strings or objects with {@code content}.
   */
  public static SpecialTokens of(JsonNode config) {
    return new SpecialTokens(
        text(config, "bos_token"),
        text(config, "eos_token"),
        text(config, "unk_token"),
        text(config, "pad_token"));
  }

  /** These tokens, and those of {@code other} where this has none. */
  public SpecialTokens orElse(SpecialTokens other) {
    return new SpecialTokens(
        bos != null ? bos : other.bos,
        eos != null ? eos : other.eos,
        unk != null ? unk : other.unk,
        pad != null ? pad : other.pad);
  }

  /** What a template sees: {@code bos_token} and so on, as far as the model has them. */
  Map<String, Object> templateVariables() {
    Map<String, Object> out = new LinkedHashMap<>();
    put(out, "bos_token", bos);
    put(out, "eos_token", eos);
    put(out, "unk_token", unk);
    put(out, "pad_token", pad);
    return out;
  }

  private static void put(Map<String, Object> map, String key, String value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static String text(JsonNode config, String field) {
    JsonNode node = config.path(field);
    if (node.isObject()) {
      node = node.path("content");
    }
    return node.isTextual() ? node.textValue() : null;
  }
}
