package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.PythonStrings;

/** How prompts are written and cut, by default and as the original code did. */
class PromptEncoderTest {
  private static final String SYSTEM = "You are a helpful assistant.";
  private static final String LONG = "Everyone has the right to life and liberty. ".repeat(20);
  private static ModelText chat;

  @BeforeAll
  static void open() {
    chat = TinyTokenizers.chat();
  }

  @AfterAll
  static void close() {
    chat.close();
  }

  private static PromptEncoder.Builder builder() {
    return PromptEncoder.builder(chat.tokenizer())
        .template(chat.template().orElseThrow())
        .system(SYSTEM);
  }

  private static int[] ids(String text) {
    return chat.tokenizer().encode(text);
  }

  @Test
  void aShortTextIsTokenisedWithItsTemplateAsOne() {
    int[] expected =
        ids(
            "<|im_start|>system\n"
                + SYSTEM
                + "<|im_end|>\n<|im_start|>user\nHabari!<|im_end|>\n<|im_start|>assistant\n");
    PromptEncoder encoder = builder().maxTokens(128).build();
    assertThat(encoder.encode("\u3000 Habari!\n").ids()).isEqualTo(expected);
    assertThat(encoder.usesTemplate()).isTrue();
    assertThat(encoder.foldsSystem()).isFalse();
  }

  @Test
  void aLongTextIsCutInsideTheUserTurn() {
    int[] head = ids("<|im_start|>system\n" + SYSTEM + "<|im_end|>\n<|im_start|>user\n");
    int[] tail = ids("<|im_end|>\n<|im_start|>assistant\n");
    int[] body = ids(PythonStrings.strip(LONG));
    for (int max = head.length + tail.length + 1; max < head.length + tail.length + 9; max++) {
      int[] ids = builder().maxTokens(max).build().encode(LONG).ids();
      assertThat(ids).hasSize(max).startsWith(head).endsWith(tail);
      assertThat(Arrays.copyOfRange(ids, head.length, max - tail.length))
          .isEqualTo(Arrays.copyOf(body, max - head.length - tail.length));
    }
    assertThatThrownBy(() -> builder().maxTokens(head.length + tail.length).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least " + (head.length + tail.length + 1));
  }

  @Test
  void aPromptOfExactlyTheLimitIsNotCut() {
    int whole = builder().maxTokens(1000).build().encode("Habari yako?").length();
    assertThat(builder().maxTokens(whole).build().encode("Habari yako?"))
        .extracting(TokenSequence::length)
        .isEqualTo(whole);
  }

  @Test
  void compatCutsOnTheRightAndPadsToTheLongest() {
    PromptEncoder encoder = builder().maxTokens(60).compat(true).build();
    List<TokenSequence> all = encoder.encodeAll(List.of("a", LONG, "b c"));
    assertThat(all.get(1).padPosition()).isEqualTo(-1);
    assertThat(all.get(1).ids()).hasSize(60);
    TokenSequence first = all.get(0);
    assertThat(first.padPosition()).isEqualTo(59);
    assertThat(first.ids()[first.length() - 1]).isEqualTo(2);
    int[] plain = builder().maxTokens(128).build().encode("a").ids();
    assertThat(Arrays.copyOf(first.ids(), first.length() - 1)).isEqualTo(plain);
    assertThatThrownBy(() -> encoder.encode("a")).isInstanceOf(IllegalStateException.class);
    assertThat(encoder.encodeAll(List.of("a")).get(0).padPosition()).isEqualTo(-1);
    assertThat(encoder.encodeAll(List.of())).isEmpty();
  }

  @Test
  void compatDoublesBosAsTheOriginalDid() {
    try (TextTokenizer llama = TinyTokenizers.open(TinyTokenizers.metadata("tiny-llama"))) {
      ChatTemplate template =
          ChatTemplate.of(
              "{{ bos_token }}[INST] {{ messages[-1].content }} [/INST]", llama.specialTokens());
      PromptEncoder.Builder builder = PromptEncoder.builder(llama).template(template).maxTokens(32);
      assertThat(builder.build().encode("hi").ids()).startsWith(1).containsOnlyOnce(1);
      assertThat(builder.compat(true).build().encodeAll(List.of("hi")).get(0).ids())
          .startsWith(1, 1);
      assertThat(builder.build().encodeAll(List.of(LONG)).get(0).ids()).hasSize(32);
    }
  }

  @Test
  void aModelWithoutTemplateGetsTheTextItself() {
    try (TextTokenizer llama = TinyTokenizers.open(TinyTokenizers.metadata("tiny-llama"))) {
      PromptEncoder encoder = PromptEncoder.builder(llama).maxTokens(8).build();
      assertThat(encoder.usesTemplate()).isFalse();
      assertThat(encoder.encode("hi ").ids()).isEqualTo(llama.encodeWithSpecialTokens("hi "));
      assertThat(encoder.encode(LONG).ids())
          .isEqualTo(Arrays.copyOf(llama.encodeWithSpecialTokens(LONG), 8));
    }
  }

  @Test
  void aTemplateWithoutSystemTurnFoldsItIntoTheUserTurn() {
    ChatTemplate template =
        ChatTemplate.of(
            "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
                + "{% for m in messages %}<{{ m.content }}>{% endfor %}",
            chat.tokenizer().specialTokens());
    PromptEncoder encoder = builder().template(template).build();
    assertThat(encoder.foldsSystem()).isTrue();
    assertThat(encoder.encode("hi").ids()).isEqualTo(ids("<" + SYSTEM + "\n\nhi>"));
    assertThat(builder().template(template).system(null).build().foldsSystem()).isFalse();
  }

  @Test
  void aTemplateThatLeavesTheSystemTextOutIsFound() {
    SpecialTokens special = chat.tokenizer().specialTokens();
    ChatTemplate users =
        ChatTemplate.of(
            "{% for m in messages %}{% if m.role == 'user' %}<{{ m.content }}>{% endif %}"
                + "{% endfor %}",
            special);
    ChatTemplate all =
        ChatTemplate.of("{% for m in messages %}<{{ m.content | trim }}>{% endfor %}", special);
    assertThat(builder().template(users).build().dropsSystem()).isTrue();
    assertThat(builder().template(users).system("").build().dropsSystem()).isFalse();
    assertThat(builder().template(users).system(null).build().dropsSystem()).isFalse();
    assertThat(builder().template(all).build().dropsSystem()).isFalse();
    assertThat(builder().template(null).build().dropsSystem()).isTrue();
  }

  @Test
  void aTemplateThatRefusesEverythingOrRepeatsTheTextIsRefused() {
    SpecialTokens special = chat.tokenizer().specialTokens();
    assertThatThrownBy(
            () ->
                builder()
                    .template(ChatTemplate.of("{{ raise_exception('never') }}", special))
                    .build())
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("never");
    String twice = "{{ messages[-1].content }}{{ messages[-1].content }}";
    assertThatThrownBy(() -> builder().template(ChatTemplate.of(twice, special)).build())
        .isInstanceOf(ChatTemplateException.class)
        .hasMessageContaining("2 times");
  }

  @Test
  void theFingerprintTellsSettingsApart() {
    String base = builder().build().fingerprint();
    assertThat(builder().build().fingerprint()).isEqualTo(base);
    assertThat(builder().maxTokens(65).build().fingerprint()).isNotEqualTo(base);
    assertThat(builder().system("").build().fingerprint()).isNotEqualTo(base);
    assertThat(builder().system(null).build().fingerprint()).isNotEqualTo(base);
    assertThat(builder().compat(true).build().fingerprint()).isNotEqualTo(base);
    assertThat(builder().template(null).build().fingerprint()).isNotEqualTo(base);
  }

  @Test
  @Tag("weights")
  @Tag("shared")
  void reproducesTheGoldenPrompts() throws IOException {
    Path shared = Path.of(System.getProperty("lens.shared"));
    JsonNode golden =
        Json.MAPPER
            .readTree(Files.readString(shared.resolve("golden/train_default.json")))
            .path("prompt_ids");
    try (TransformerModel model =
        TransformerModel.open(Path.of(System.getProperty("lens.smollm2")))) {
      PromptEncoder encoder =
          PromptEncoder.builder(model.tokenizer())
              .template(model.chatTemplate().orElseThrow())
              .system(SYSTEM)
              .maxTokens(128)
              .build();
      assertThat(golden).hasSize(7);
      for (var entry : golden.properties()) {
        List<String> lines =
            Files.readAllLines(shared.resolve("data/lens_pull/" + entry.getKey() + ".jsonl"));
        for (int i = 0; i < entry.getValue().size(); i++) {
          String text = Json.MAPPER.readTree(lines.get(i)).path("text").textValue();
          assertThat(encoder.encode(text).ids())
              .isEqualTo(Json.MAPPER.convertValue(entry.getValue().get(i), int[].class));
        }
      }
    }
  }
}
