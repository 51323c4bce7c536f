package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.base.ModelFormatException;

/** Each of these tokenizers ended the virtual machine, at opening or at the first text. */
class TokenizerCheckTest {
  private static final String SEQUENCE = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";

  private static ObjectNode tokenizer() {
    return (ObjectNode)
        Json.parse(
            """
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],
             "normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":null,
             "model":{"type":"BPE","unk_token":"<unk>","vocab":{"<unk>":0,"a":1,"b":2,"ab":3,
             "世":4,"a世":5},"merges":["a b"]}}
            """,
            "x");
  }

  private static ObjectNode with(String part, String json) {
    ObjectNode tokenizer = tokenizer();
    tokenizer.set(part, Json.parse(json, "x"));
    return tokenizer;
  }

  private static void refused(JsonNode tokenizer, String message) {
    assertThatThrownBy(
            () -> {
              try (TextTokenizer t =
                  TextTokenizer.of(Json.write(tokenizer), "x.json", SpecialTokens.NONE)) {
                t.decode(t.encodeWithSpecialTokens("aab 世"));
              }
            })
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith("x.json: not a usable tokenizer: ")
        .hasMessageContaining(message);
  }

  private static String split(String regex) {
    return Json.write(SplitRules.split(regex));
  }

  @Test
  void whatIsSoundOpens() {
    try (TextTokenizer t =
        TextTokenizer.of(Json.write(tokenizer()), "x.json", SpecialTokens.NONE)) {
      assertThat(t.encode("ab世")).containsExactly(3, 4);
    }
  }

  @ParameterizedTest
  @CsvSource({"#######,a b", "x,a 世"})
  void mergesThatAPrefixDoesNotFit(String prefix, String merge) {
    ObjectNode tokenizer = tokenizer();
    ObjectNode model = (ObjectNode) tokenizer.path("model");
    model.put("continuing_subword_prefix", prefix).putArray("merges").add(merge);
    refused(tokenizer, "model.merges: '" + merge.substring(2) + "'");
  }

  @Test
  void piecesOfNoLength() {
    refused(
        with("pre_tokenizer", "{\"type\":\"FixedLength\",\"length\":0}"), "pre_tokenizer.length");
  }

  @ParameterizedTest
  @CsvSource({"1,1", "5,2", "0,1", "1000000000000,1000000000000"})
  void cutsBeyondTheEndOfATokensText(long start, long stop) {
    String strip = "{\"type\":\"Strip\",\"content\":\"a\",\"start\":%s,\"stop\":%s}";
    refused(with("decoder", strip.formatted(start, stop)), "decoder.stop");
  }

  @Test
  void templatesWithTokensThatAreNotThere() {
    String template =
        "{\"type\":\"TemplateProcessing\",\"single\":[%s],\"pair\":[],\"special_tokens\":{}}";
    refused(
        with(
            "post_processor",
            template.formatted("{\"SpecialToken\":{\"id\":\"<s>\",\"type_id\":0}}," + SEQUENCE)),
        "\"<s>\" is not in special_tokens");
    refused(
        with("post_processor", template.formatted(SEQUENCE.replace("\"A\"", "\"B\""))),
        "second text");
  }

  @Test
  void addedTokensThatNormaliseToNothing() {
    ObjectNode tokenizer =
        with(
            "normalizer", "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"\"}");
    ObjectNode added = tokenizer.putArray("added_tokens").addObject();
    added.put("id", 6).put("content", "aa").put("single_word", false).put("lstrip", false);
    added.put("rstrip", false).put("normalized", true).put("special", true);
    refused(tokenizer, "added token 'aa' is normalised to nothing");
    added.put("content", "ab");
    assertThatCode(
            () -> TextTokenizer.of(Json.write(tokenizer), "x.json", SpecialTokens.NONE).close())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(?:a*)*b",
        "((a{1,9})b?)+c",
        "(a{1,20}){1,20}c",
        "a**",
        "a{1,5}+b",
        "(a*)(a*)\\1\\2c",
        "(?<x>a\\g<x>*b)",
        "(?~ab)",
        "(?:[^()]+|b)+c",
        "((?=a+)b)*"
      })
  void expressionsThatTakeTooManySteps(String regex) {
    refused(with("pre_tokenizer", split(regex)), "pre_tokenizer: the regular expression");
    String replace =
        Json.write(
            Json.MAPPER
                .createObjectNode()
                .put("type", "Replace")
                .put("content", "")
                .set("pattern", Json.MAPPER.createObjectNode().put("Regex", regex)));
    refused(with("normalizer", replace), "normalizer: the regular expression");
    refused(with("decoder", replace), "decoder: the regular expression");
  }

  @Test
  void expressionsThatNestTooDeep() {
    refused(
        with("pre_tokenizer", split("(".repeat(3000) + "a" + ")".repeat(3000))), "deeper than 50");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i:'s|'t)?\\p{L}+|\\p{N}{1,3}",
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        "(?>a+)+b",
        "a++b*?",
        "[]a(]+",
        "[a[(*]]+x{2}",
        "\\p{L}*[\\r\\n]+",
        "(a{3})+",
        "x{,}",
        "(?#(a+)a"
      })
  void otherExpressionsAreLeftToTheLibrary(String regex) {
    assertThat(RegexCheck.danger(regex)).isEmpty();
  }

  @Test
  void expressionsOfKnownRulesAreSafe() {
    for (PreTokenizer rule : PreTokenizer.values()) {
      ObjectNode tokenizer = tokenizer();
      tokenizer.set("pre_tokenizer", rule.json());
      assertThatCode(() -> TokenizerCheck.check(tokenizer, "x")).doesNotThrowAnyException();
    }
  }

  @Test
  void damagedCharacterMaps() {
    int[] trie = new int[512];
    trie[0] = 256 << 10;
    assertThat(CharacterMap.damage(map(trie, ""))).isEmpty();
    int a = 256 ^ 'a';
    trie[a] = 'a' | 1 << 8 | (a ^ 10) << 10;
    trie[10] = 0x8000_0000;
    assertThat(CharacterMap.damage(map(trie, "é\0"))).isEmpty();
    trie[10] = 0x8000_0001; // into the middle of a character
    refusedMap(map(trie, "é\0"), "points outside");
    trie[10] = 0x8000_0000 | 999_999;
    refusedMap(map(trie, "é\0"), "points outside");
    trie[a] = 'a' | 1 << 8 | 1 << 20;
    refusedMap(map(trie, "é\0"), "points outside");
    refusedMap(map(new int[] {0x400}, "a\0"), "points outside");
    refusedMap(map(new int[0], ""), "cut off");
    refusedMap(Json.MAPPER.getNodeFactory().textNode(""), "cut off");
    refusedMap(Json.MAPPER.getNodeFactory().textNode("####"), "base 64");
    refusedMap(Json.MAPPER.getNodeFactory().textNode("oA8AAGFiYw=="), "cut off");
    refusedMap(Json.MAPPER.getNodeFactory().nullNode(), "found NULL");
  }

  private static JsonNode map(int[] trie, String texts) {
    byte[] text = texts.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(4 + 4 * trie.length + text.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(4 * trie.length);
    for (int unit : trie) {
      out.putInt(unit);
    }
    out.put(text);
    return Json.MAPPER.getNodeFactory().textNode(Base64.getEncoder().encodeToString(out.array()));
  }

  private static void refusedMap(JsonNode map, String message) {
    ObjectNode tokenizer = tokenizer();
    tokenizer.putObject("normalizer").put("type", "Precompiled").set("precompiled_charsmap", map);
    refused(tokenizer, message);
  }

  @Test
  void aTextThatCannotBeWrittenNamesTheFile() {
    ObjectNode tokenizer = tokenizer();
    ((ObjectNode) tokenizer.path("model")).put("unk_token", "<none>");
    try (TextTokenizer t = TextTokenizer.of(Json.write(tokenizer), "x.json", SpecialTokens.NONE)) {
      assertThatThrownBy(() -> t.encode("z"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageStartingWith("x.json: ")
          .hasMessageContaining("<none>");
    }
  }

  @Test
  void textsBeyondTheLimitAreRefused() {
    ObjectNode tokenizer = tokenizer();
    tokenizer.set("pre_tokenizer", PreTokenizer.LLAMA3.json());
    try (TextTokenizer t = TextTokenizer.of(Json.write(tokenizer), "x", SpecialTokens.NONE)) {
      String most = " ".repeat(TextTokenizer.MAX_CHARACTERS - 1) + "a";
      assertThat(t.encode(most)).isNotEmpty();
      assertThatThrownBy(() -> t.encode(most + "a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 4194304");
    }
  }
}
