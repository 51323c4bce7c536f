package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.lensdl4j.model.base.ModelFormatException;

/**
 * Refuses what makes the native tokenizer library abort, which would end the virtual machine
 * without a message. What the library refuses by itself is left to it.
 *
 * <p>Parts are recognised by their fields, as the library reads some of them without a type.
 */
final class TokenizerCheck {
  private final String source;

  private TokenizerCheck(String source) {
    this.source = source;
  }

  /**
   * Looks at a whole tokenizer.json.
   *
   * @throws ModelFormatException naming the part that would abort
   */
  static void check(JsonNode tokenizer, String source) {
    TokenizerCheck check = new TokenizerCheck(source);
    check.merges(tokenizer.path("model"));
    for (String part : new String[] {"normalizer", "pre_tokenizer", "decoder"}) {
      each(tokenizer.path(part), node -> check.expression(part, node));
    }
    each(tokenizer.path("normalizer"), check::characterMap);
    each(tokenizer.path("pre_tokenizer"), check::fixedLength);
    each(tokenizer.path("post_processor"), check::template);
    each(tokenizer.path("decoder"), check::strip);
  }

  private static void each(JsonNode node, Consumer<JsonNode> check) {
    if (node.isObject()) {
      check.accept(node);
    }
    node.forEach(child -> each(child, check));
  }

  private void expression(String part, JsonNode node) {
    JsonNode regex = node.path("Regex");
    if (regex.isTextual()) {
      RegexCheck.danger(regex.textValue())
          .ifPresent(
              danger -> {
                throw bad(part, "the regular expression " + shown(regex) + " " + danger);
              });
    }
  }

  /** The library cuts the prefix off the second half of each merge, however short that is. */
  private void merges(JsonNode model) {
    int prefix = bytes(model.path("continuing_subword_prefix").asText("")).length;
    if (prefix == 0 || model.path("continuing_subword_prefix").isNull()) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String[] halves = merge.asText().split(" ", 2);
      String second =
          merge.isArray() ? merge.path(1).asText() : halves.length == 2 ? halves[1] : "";
      byte[] text = bytes(second);
      if (text.length < prefix || text.length > prefix && (text[prefix] & 0xc0) == 0x80) {
        throw bad("model.merges", "'" + second + "' does not begin with continuing_subword_prefix");
      }
    }
  }

  private void characterMap(JsonNode node) {
    if (node.path("type").asText().equals("Precompiled") || node.has("precompiled_charsmap")) {
      CharacterMap.damage(node.path("precompiled_charsmap"))
          .ifPresent(
              damage -> {
                throw bad("normalizer.precompiled_charsmap", damage);
              });
    }
  }

  private void fixedLength(JsonNode node) {
    if (node.path("length").isNumber() && node.path("length").asDouble() == 0) {
      throw bad("pre_tokenizer.length", "found 0, expected at least 1");
    }
  }

  private void strip(JsonNode node) {
    if (node.path("stop").asDouble() > 0) {
      throw bad(
          "decoder.stop",
          "found "
              + node.path("stop")
              + ", expected 0: short tokens would be cut beyond their end");
    }
  }

  private void template(JsonNode node) {
    if (!node.has("single")) {
      return;
    }
    for (JsonNode piece : node.path("single")) {
      if (piece.path("Sequence").path("id").asText().equals("B")) {
        throw bad("post_processor.single", "names a second text, B, but there is one text");
      }
    }
    for (String which : new String[] {"single", "pair"}) {
      for (JsonNode piece : node.path(which)) {
        JsonNode id = piece.path("SpecialToken").path("id");
        if (id.isTextual() && !node.path("special_tokens").has(id.textValue())) {
          throw bad("post_processor." + which, shown(id) + " is not in special_tokens");
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  private ModelFormatException bad(String part, String what) {
    return new ModelFormatException(source + ": not a usable tokenizer: " + part + ": " + what);
  }
}
