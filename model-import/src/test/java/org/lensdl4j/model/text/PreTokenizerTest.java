package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Words are those of llama.cpp's expressions, run in Python (words_reference.py). */
class PreTokenizerTest {

  static Stream<String> names() {
    List<String> names = new ArrayList<>();
    TinyTokenizers.resource("pre-tokenizers").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  private static PreTokenizer rule(String name) {
    return PreTokenizer.of(new GgufFields(Map.of("tokenizer.ggml.pre", name), "x.gguf"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void wordsAreThoseOfTheReference(String name) {
    for (JsonNode given : TinyTokenizers.resource("pre-tokenizers").path(name)) {
      String[] words = Json.MAPPER.convertValue(given.path("words"), String[].class);
      List<String> expected = Arrays.stream(words).map(PreTokenizerTest::asByteLevel).toList();
      String text = given.path("text").textValue();
      assertThat(words(rule(name), text, expected)).as(text).isEqualTo(expected);
    }
  }

  /** A tokenizer whose tokens are whole words. */
  private static List<String> words(PreTokenizer rule, String text, List<String> vocabulary) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("version", "1.0");
    json.set(
        "normalizer", rule.normalises() ? Json.MAPPER.createObjectNode().put("type", "NFC") : null);
    json.set("pre_tokenizer", rule.json());
    ObjectNode model = json.putObject("model").put("type", "WordLevel").put("unk_token", "?");
    ObjectNode vocab = model.putObject("vocab").put("?", 0);
    vocabulary.stream().distinct().forEach(word -> vocab.put(word, vocab.size()));
    try (TextTokenizer tokenizer =
        TextTokenizer.of(Json.write(json), "words", SpecialTokens.NONE)) {
      return Arrays.stream(tokenizer.encode(text)).mapToObj(tokenizer::token).toList();
    }
  }

  /** A word as byte-level vocabularies write it: a printable character for each byte. */
  private static String asByteLevel(String word) {
    StringBuilder out = new StringBuilder();
    for (byte signed : word.getBytes(StandardCharsets.UTF_8)) {
      int b = signed & 0xff;
      if (printed(b)) {
        out.append((char) b);
        continue;
      }
      int before = 0;
      for (int other = 0; other < b; other++) {
        before += printed(other) ? 0 : 1;
      }
      out.append((char) (256 + before));
    }
    return out.toString();
  }

  private static boolean printed(int b) {
    return b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
  }

  @ParameterizedTest
  @CsvSource({
    "modern-bert,false,false,false", "command-r,false,false,true", "mellum2,false,false,false",
    "jina-v5-nano,true,true,false", "kanana2,false,false,false", "minimax-m2,false,false,false",
    "hunyuan,false,false,false", "solar-open,false,false,false", "grok-2,false,false,false",
    "stablelm2,false,false,false", "megrez,false,false,false", "qwen2,false,false,true",
    "tekken,true,true,false", "chameleon,true,false,false", "youtu,false,true,false",
    "minicpm5,false,true,false", "granite-embed-multi-97m,false,true,false"
  })
  void traitsAreThoseOfLlamaCpp(String name, boolean bos, boolean wholeWords, boolean nfc) {
    assertThat(rule(name).addsBos()).isEqualTo(bos);
    assertThat(rule(name).ignoresMerges()).isEqualTo(wholeWords);
    assertThat(rule(name).normalises()).isEqualTo(nfc);
  }

  @ParameterizedTest
  @MethodSource("names")
  void anExportKeepsTheRule(String name) {
    PreTokenizer rule = rule(name);
    PreTokenizer again = rule(named(rule, rule.ignoresMerges(), rule.normalises()));
    assertThat(again.json()).isEqualTo(rule.json());
    assertThat(again.ignoresMerges()).isEqualTo(rule.ignoresMerges());
    assertThat(again.normalises()).isEqualTo(rule.normalises());
  }

  @Test
  void anExportTellsLlama3FromThoseThatOnlySplitAlike() {
    assertThat(named(rule("llama-bpe"), true, false)).isEqualTo("llama-bpe");
    assertThat(named(rule("llama-bpe"), false, false)).isEqualTo("dbrx");
    assertThat(named(rule("glm4"), false, false)).isEqualTo("dbrx");
    assertThat(named(rule("qwen2"), false, false)).isEqualTo("hunyuan");
    assertThat(named(rule("qwen2"), false, true)).isEqualTo("qwen2");
  }

  private static String named(PreTokenizer rule, boolean wholeWords, boolean nfc) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("pre_tokenizer", rule.json());
    if (nfc) {
      json.putObject("normalizer").put("type", "NFC");
    }
    json.putObject("model").put("ignore_merges", wholeWords);
    return PreTokenizer.named(json, "x");
  }
}
