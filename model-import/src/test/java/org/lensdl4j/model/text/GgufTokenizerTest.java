package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.base.ModelFormatException;

class GgufTokenizerTest {
  /** Every single byte is a token, then a few merges. */
  private static Map<String, Object> metadata(String pre) {
    List<String> tokens = new ArrayList<>();
    int others = 256;
    for (int b = 0; b < 256; b++) {
      boolean printed = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
      tokens.add(String.valueOf((char) (printed ? b : others++)));
    }
    tokens.addAll(List.of("12", "123", "1234", "'s", "A's", "ab", "<|end|>"));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("tokenizer.ggml.model", "gpt2");
    if (pre != null) {
      out.put("tokenizer.ggml.pre", pre);
    }
    out.put("tokenizer.ggml.tokens", tokens);
    out.put("tokenizer.ggml.merges", List.of("1 2", "12 3", "123 4", "' s", "A 's", "a b"));
    return out;
  }

  private static int[] ids(Map<String, Object> metadata, String text) {
    try (TextTokenizer tokenizer = GgufTokenizer.of(metadata, "x.gguf").open("x.gguf")) {
      return tokenizer.encode(text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2,deepseek-r1-qwen",
    "qwen2,megrez",
    "llama-bpe,falcon3",
    "llama-bpe,pixtral",
    "gpt-2,mellum",
    "gpt-2,exaone4",
    "smollm,minerva-7b",
    "dbrx,smaug-bpe",
    "gpt-4o,llama4"
  })
  void aliasesSplitAsTheirRule(String rule, String alias) {
    String text = "A's 1234 abab, ab12\n\n  x";
    assertThat(ids(metadata(alias), text)).isEqualTo(ids(metadata(rule), text));
  }

  @Test
  void rulesDifferWhereTheirExpressionsDo() {
    // Numbers: three digits at most, one by one, or as long as they are.
    assertThat(ids(metadata("gpt-4o"), "1234")).containsExactly(257, '4');
    assertThat(ids(metadata("dbrx"), "1234")).containsExactly(257, '4');
    assertThat(ids(metadata("qwen2"), "1234")).hasSize(4);
    assertThat(ids(metadata("gpt-2"), "1234")).containsExactly(258);
    // GPT-4o's words keep their 's.
    assertThat(ids(metadata("gpt-4o"), "A's")).containsExactly(260);
    assertThat(ids(metadata("dbrx"), "A's")).containsExactly('A', 259);
  }

  @Test
  void anUnknownRuleIsRefused() {
    assertThatThrownBy(() -> GgufTokenizer.of(metadata("klingon"), "x.gguf"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("klingon");
  }

  @ParameterizedTest
  @ValueSource(longs = {0xffff_ffffL, -1, 99_999, Long.MAX_VALUE})
  void idsThatAreNoTokensMeanNone(long id) {
    Map<String, Object> metadata = metadata("gpt-2");
    for (String kind : List.of("bos", "eos", "unknown", "padding")) {
      metadata.put("tokenizer.ggml." + kind + "_token_id", id);
    }
    metadata.put("tokenizer.ggml.add_bos_token", true);
    metadata.put("tokenizer.ggml.add_eos_token", true);
    try (TextTokenizer tokenizer = GgufTokenizer.of(metadata, "x.gguf").open("x.gguf")) {
      assertThat(tokenizer.specialTokens()).isEqualTo(SpecialTokens.NONE);
      assertThat(tokenizer.encodeWithSpecialTokens("ab")).containsExactly(261);
    }
  }

  @Test
  void inTransformersItMakesWhatADecoderTakes() throws Exception {
    String config = GgufTokenizer.of(metadata("gpt-2"), "x.gguf").config();
    assertThat(Json.MAPPER.readTree(config).get("model_input_names"))
        .extracting(JsonNode::asText)
        .containsExactly("input_ids", "attention_mask");
  }

  @Test
  void anIdThatIsNoNumberIsRefused() {
    Map<String, Object> metadata = metadata("gpt-2");
    metadata.put("tokenizer.ggml.bos_token_id", "one");
    assertThatThrownBy(() -> GgufTokenizer.of(metadata, "x.gguf"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tokenizer.ggml.bos_token_id");
  }
}
