package org.lensdl4j.model.trunk;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;

/** The shared texts as prompts of the real model, as make_golden.py encodes them. */
final class SmolPrompts {
  static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");

  private SmolPrompts() {}

  /** The first texts of each language, language after language. */
  static List<TokenSequence> probe(
      TransformerModel model, Path shared, int perLanguage, boolean compat) {
    PromptEncoder encoder =
        PromptEncoder.builder(model.tokenizer())
            .template(model.chatTemplate().orElseThrow())
            .system("You are a helpful assistant.")
            .maxTokens(64)
            .compat(compat)
            .build();
    List<TokenSequence> all = new ArrayList<>();
    for (String language : LANGUAGES) {
      Path file = shared.resolve("data/lens_probe").resolve(language + ".jsonl");
      all.addAll(encoder.encodeAll(texts(file)).subList(0, perLanguage));
    }
    return all;
  }

  private static List<String> texts(Path file) {
    ObjectMapper json = new ObjectMapper();
    List<String> texts = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        texts.add(json.readTree(line).get("text").asText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }
}
