package org.lensdl4j.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.base.ModelFormatException;

/** Where a directory keeps its tokenizer, special tokens and template. */
class ModelTextTest {
  @TempDir Path folder;

  @BeforeEach
  void tokenizer() throws IOException {
    GgufTokenizer files = GgufTokenizer.of(TinyTokenizers.metadata("tiny-gpt2"), "tiny");
    write("tokenizer.json", files.tokenizerJson());
    write("tokenizer_config.json", files.config());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private String render() {
    try (ModelText text = ModelText.ofDirectory(folder)) {
      return text.template().orElseThrow().render(List.of(ChatMessage.user("u")), false);
    }
  }

  @Test
  void aDirectoryMadeFromGgufReadsTheSame() {
    try (ModelText text = ModelText.ofDirectory(folder);
        ModelText gguf = TinyTokenizers.chat()) {
      assertThat(text.tokenizer().hash()).isEqualTo(gguf.tokenizer().hash());
      assertThat(text.tokenizer().specialTokens()).isEqualTo(gguf.tokenizer().specialTokens());
      assertThat(text.template().orElseThrow().hash())
          .isEqualTo(gguf.template().orElseThrow().hash());
    }
  }

  @Test
  void templatesAreFoundInAllThreePlaces() throws IOException {
    assertThat(render()).isEqualTo("<|im_start|>user\nu<|im_end|>\n");
    write(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
            + " {\"name\": \"default\", \"template\": \"d\"}]}");
    assertThat(render()).isEqualTo("d");
    write("chat_template.jinja", "j{{ messages[0].content }}\n");
    assertThat(render()).isEqualTo("ju");
    write("tokenizer_config.json", "{}");
    Files.delete(folder.resolve("chat_template.jinja"));
    try (ModelText text = ModelText.ofDirectory(folder)) {
      assertThat(text.template()).isEmpty();
    }
  }

  @Test
  void specialTokensComeFromEitherFile() throws IOException {
    write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<|im_end|>\"}}");
    write("special_tokens_map.json", "{\"bos_token\": \"<|im_start|>\", \"eos_token\": \"x\"}");
    try (ModelText text = ModelText.ofDirectory(folder)) {
      assertThat(text.tokenizer().specialTokens())
          .isEqualTo(new SpecialTokens("<|im_start|>", "<|im_end|>", null, null));
    }
  }

  @Test
  void aMissingTokenizerIsNamed() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> ModelText.ofDirectory(folder))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("tokenizer.json");
  }
}
