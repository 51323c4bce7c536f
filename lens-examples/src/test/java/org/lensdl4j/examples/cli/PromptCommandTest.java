package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.TransformerModel;

class PromptCommandTest {
  private static final String TEMPLATE =
      "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
          + "{% if add_generation_prompt %}[assistant] {% endif %}";
  private static final String TURNS =
      "[{\"role\": \"system\", \"content\": \"the right\"},"
          + " {\"role\": \"user\", \"content\": \"人人 有权\"}]";
  private static final String TEXT = "[system] the right\n[user] 人人 有权\n";

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    model = new TinyWork(folder).model;
    template(TEMPLATE);
  }

  private void template(String text) throws IOException {
    Path file = model.resolve("tokenizer_config.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree =
        Files.exists(file) ? (ObjectNode) json.readTree(file.toFile()) : json.createObjectNode();
    tree.put("chat_template", text);
    json.writeValue(file.toFile(), tree);
  }

  private Ran prompt(String turns, Object... more) throws IOException {
    Path file = Files.writeString(folder.resolve("turns.json"), turns);
    Object[] args = {"prompt", "--model", model, "--messages", file};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Ran.lens(all);
  }

  @Test
  void exactlyTheTextThatTheModelIsGiven() throws IOException {
    Ran ran = prompt(TURNS);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo(TEXT + "[assistant] ");
    assertThat(prompt(TURNS, "--no-generation-prompt").out()).isEqualTo(TEXT);
  }

  @Test
  void idsAreThoseOfTheText() throws IOException {
    Ran ran = prompt(TURNS, "--no-generation-prompt", "--ids");
    assertThat(ran.code()).as(ran.err()).isZero();
    try (TransformerModel opened = TransformerModel.open(model)) {
      assertThat(ran.out())
          .isEqualTo(TEXT + "\n" + Arrays.toString(opened.tokenizer().encode(TEXT)) + "\n");
    }
  }

  @Test
  void badInputIsOneLine() throws IOException {
    Path file = folder.resolve("turns.json");
    fails(prompt("{\"role\": \"user\"}"), file + ": expected a JSON list of turns");
    fails(prompt("[{\"role\": \"user\"}]"), file + ": turn 1: expected role and content");
    fails(prompt("[{"), file + ": cannot be read as JSON");
    template("{{ raise_exception('no system turn here') }}");
    fails(prompt(TURNS), "no system turn here");
    template("{% nonsense %}");
    fails(prompt(TURNS), "nonsense");
  }

  private static void fails(Ran ran, String message) {
    assertThat(ran.code()).isNotZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errors()).singleElement().asString().contains(message);
  }
}
