package org.lensdl4j.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.JsonFiles;
import org.lensdl4j.model.weights.ModelFolder;

/**
 * How a model reads and writes text: its tokenizer and, if it is a chat model, its template.
 *
 * @param tokenizer closed by {@link #close()}
 * @param template empty for a model without chat template
 */
public record ModelText(TextTokenizer tokenizer, Optional<ChatTemplate> template)
    implements AutoCloseable {

  /**
   * Reads {@code tokenizer.json}, {@code tokenizer_config.json} and {@code chat_template.jinja}.
   *
   * @throws ModelFormatException if there is no tokenizer.json
   */
  public static ModelText ofDirectory(Path directory) {
    Path tokenizer =
        ModelFolder.find(directory, "tokenizer.json")
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        directory
                            + " holds no tokenizer.json: save the model's fast tokenizer beside its weights"));
    JsonNode config = optional(directory, "tokenizer_config.json");
    SpecialTokens special =
        SpecialTokens.of(config)
            .orElse(SpecialTokens.of(optional(directory, "special_tokens_map.json")));
    Optional<String> template =
        ModelFolder.find(directory, "chat_template.jinja").map(TextTokenizer::readBounded);
    Optional<ChatTemplate> parsed =
        template
            .or(() -> chatTemplate(config.path("chat_template")))
            .map(t -> parse(t, special, directory.toString()));
    return new ModelText(TextTokenizer.open(tokenizer, special), parsed);
  }

  private static JsonNode optional(Path directory, String name) {
    return ModelFolder.find(directory, name).map(JsonFiles::read).orElse(MissingNode.getInstance());
  }

  /** Builds the tokenizer from GGUF metadata. */
  public static ModelText ofGguf(Map<String, ?> metadata, String source) {
    TextTokenizer tokenizer = GgufTokenizer.of(metadata, source).open(source);
    Optional<String> template =
        metadata.get("tokenizer.chat_template") instanceof String t
            ? Optional.of(t)
            : Optional.empty();
    try {
      return new ModelText(
          tokenizer, template.map(t -> parse(t, tokenizer.specialTokens(), source)));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** A template that cannot be read is damage to the model's files, and says where. */
  private static ChatTemplate parse(String template, SpecialTokens special, String source) {
    try {
      return ChatTemplate.of(template, special);
    } catch (ChatTemplateException e) {
      throw new ModelFormatException(source + ": " + e.getMessage(), e);
    }
  }

  /** One template, or a list of named ones of which {@code default} counts; older than the file. */
  private static Optional<String> chatTemplate(JsonNode node) {
    if (node.isTextual()) {
      return Optional.of(node.asText());
    }
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
