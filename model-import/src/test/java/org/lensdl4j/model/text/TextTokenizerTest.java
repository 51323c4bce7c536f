package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;

/** Ids and texts equal Python's, in seven languages and on hard text. */
class TextTokenizerTest {

  @Test
  void byteLevelIdsEqualPython() {
    Map<String, Object> metadata = TinyTokenizers.metadata("tiny-gpt2");
    JsonNode cases = TinyTokenizers.resource("tiny-gpt2").path("cases");
    try (TextTokenizer tokenizer = TinyTokenizers.open(metadata)) {
      check(tokenizer, cases.path("smollm"));
    }
    metadata.put("tokenizer.ggml.pre", "gpt-2");
    try (TextTokenizer tokenizer = TinyTokenizers.open(metadata)) {
      check(tokenizer, cases.path("gpt-2"));
    }
  }

  @Test
  void sentencePieceIdsEqualPython() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-llama"))) {
      check(tokenizer, TinyTokenizers.resource("tiny-llama").path("cases").path("llama"));
    }
  }

  @Test
  @Tag("weights")
  void smolLm2IdsEqualPython() {
    try (TransformerModel model =
        TransformerModel.open(Path.of(System.getProperty("lens.smollm2")))) {
      check(model.tokenizer(), TinyTokenizers.resource("smollm2-ids").path("cases"));
      assertThat(model.tokenizer().size()).isEqualTo(49152);
      assertThat(model.chatTemplate()).isPresent();
    }
  }

  private static void check(TextTokenizer tokenizer, JsonNode cases) {
    assertThat(cases).hasSizeGreaterThanOrEqualTo(20);
    for (JsonNode values : cases) {
      String text = values.path("text").textValue();
      int[] ids = Json.MAPPER.convertValue(values.path("ids"), int[].class);
      int[] special = Json.MAPPER.convertValue(values.path("special"), int[].class);
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
      assertThat(tokenizer.encodeWithSpecialTokens(text)).as(text).isEqualTo(special);
      assertThat(tokenizer.decode(ids)).isEqualTo(values.path("decoded").textValue());
      assertThat(tokenizer.decode(ids, true)).isEqualTo(values.path("skipped").textValue());
      assertThat(streamed(tokenizer, ids)).isEqualTo(values.path("skipped").textValue());
    }
  }

  private static String streamed(TextTokenizer tokenizer, int[] ids) {
    StreamingDecoder stream = tokenizer.stream();
    StringBuilder out = new StringBuilder();
    for (int id : ids) {
      out.append(stream.next(id));
    }
    return out.append(stream.flush()).toString();
  }

  @Test
  void charactersStreamWhole() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-gpt2"))) {
      StreamingDecoder stream = tokenizer.stream();
      int[] ids = tokenizer.encode("a😀b");
      assertThat(ids.length).isGreaterThan(4);
      for (int id : ids) {
        assertThat(stream.next(id)).isIn("", "a", "😀", "b").doesNotContain("\uFFFD");
      }
      assertThat(stream.flush()).isEmpty();
      int[] half = {ids[0], ids[1]};
      StreamingDecoder cut = tokenizer.stream();
      assertThat(cut.next(half[0]) + cut.next(half[1]) + cut.flush()).startsWith("a\uFFFD");
    }
  }

  @Test
  void vocabularyIsKnown() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-gpt2"))) {
      assertThat(tokenizer.id("<|im_end|>")).isEqualTo(2);
      assertThat(tokenizer.token(2)).isEqualTo("<|im_end|>");
      assertThat(tokenizer.isSpecial(2)).isTrue();
      assertThat(tokenizer.isSpecial(3)).isFalse();
      assertThat(tokenizer.id("no such token")).isNull();
      assertThat(tokenizer.token(tokenizer.size())).isNull();
      assertThat(tokenizer.specialTokens().pad()).isEqualTo("<|im_end|>");
      assertThat(tokenizer.hash()).hasSize(64);
    }
  }

  @Test
  void unpairedSurrogatesAreReplaced() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-gpt2"))) {
      assertThat(tokenizer.encode("a\ud800b\udc00")).isEqualTo(tokenizer.encode("a\ufffdb\ufffd"));
    }
  }

  @Test
  void nothingIsFetched() {
    try (TextTokenizer tokenizer = TinyTokenizers.open(TinyTokenizers.metadata("tiny-gpt2"))) {
      assertThat(tokenizer.size()).isPositive();
      assertThat(ai.djl.util.Utils.isOfflineMode()).isTrue();
      assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }
  }

  @Test
  void badFilesAreNamed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("tokenizer.json");
    assertThatThrownBy(() -> TextTokenizer.open(file, SpecialTokens.NONE))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tokenizer.json");
    for (String bad :
        new String[] {
          "", "{", "[]", "{}", "{\"model\":{\"vocab\":{\"a\":-1}}}", "{\"model\":{\"vocab\":{}}}"
        }) {
      java.nio.file.Files.writeString(file, bad);
      assertThatThrownBy(() -> TextTokenizer.open(file, SpecialTokens.NONE))
          .as(bad)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("tokenizer.json");
    }
  }

  @Test
  void unknownKindsAreNamed() {
    refused("tokenizer.ggml.model", "bert", "'bert'; supported are 'gpt2'");
    refused("tokenizer.ggml.model", null, "tokenizer.ggml.model is missing");
    refused("tokenizer.ggml.pre", "klingon", "tokenizer.ggml.pre: found 'klingon'");
    refused("tokenizer.ggml.tokens", null, "tokenizer.ggml.tokens is missing");
    refused("tokenizer.ggml.merges", null, "tokenizer.ggml.merges: found nothing");
    refused("tokenizer.ggml.token_type", new int[] {1}, "tokenizer.ggml.token_type: found 1");
    refused("tokenizer.ggml.merges", new String[] {"abc"}, "two tokens with one space");
  }

  private static void refused(String key, Object value, String message) {
    Map<String, Object> metadata = TinyTokenizers.metadata("tiny-gpt2");
    metadata.put(key, value);
    if (value == null) {
      metadata.remove(key);
    }
    assertThatThrownBy(() -> TinyTokenizers.open(metadata).close())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tiny.gguf")
        .hasMessageContaining(message);
  }
}
