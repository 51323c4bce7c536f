package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A system text that would go nowhere is refused by every command that takes one. */
class SystemTextTest {
  private static final List<String> COMMANDS =
      List.of("probe", "train", "analyse", "evaluate", "steer", "generate");

  @TempDir Path folder;
  private TinyWork work;

  @BeforeEach
  void prepare() throws IOException {
    work = new TinyWork(folder);
    Files.createDirectories(folder.resolve("data/next_sentence"));
    Files.writeString(
        folder.resolve("data/next_sentence/en.jsonl"),
        "{\"id\":1,\"context\":[\"a\",\"b\",\"c\"],\"choices\":[\"d\",\"e\"],\"label\":1}\n");
  }

  private void template(String text) throws IOException {
    Path file = work.model.resolve("tokenizer_config.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree =
        Files.exists(file) ? (ObjectNode) json.readTree(file.toFile()) : json.createObjectNode();
    if (text == null) {
      tree.remove("chat_template");
    } else {
      tree.put("chat_template", text);
    }
    json.writeValue(file.toFile(), tree);
  }

  private Ran run(String command, String... more) {
    Path space = folder.resolve("space");
    List<Object> texts =
        List.of("--texts", work.texts, "--languages", "en,zh,sw", "--cache", folder.resolve("c"));
    List<Object> line = new java.util.ArrayList<>(List.of(command));
    if (command.equals("analyse")) {
      line.add("layers");
    }
    line.addAll(List.of("--model", work.model));
    switch (command) {
      case "probe", "analyse" -> line.addAll(texts);
      case "train" -> {
        line.addAll(texts);
        line.addAll(List.of("--space", work.space(work.model), "--max-tokens", 48));
      }
      case "evaluate" ->
          line.addAll(List.of("--data", folder.resolve("data"), "--languages", "en"));
      case "steer" ->
          line.addAll(
              List.of(
                  "--questions",
                  work.texts,
                  "--languages",
                  "en,zh,sw",
                  "--space",
                  work.space(work.model)));
      default -> line.addAll(List.of("--prompt", "the right to", "--max-new-tokens", 2));
    }
    if (!command.equals("generate")) {
      line.addAll(List.of("--out", space));
    }
    line.addAll(List.of(more));
    Ran ran = Ran.lens(line.toArray());
    if (ran.code() != 0) {
      assertThat(space).as(command).doesNotExist();
    }
    return ran;
  }

  private void refusedByAll(String because) {
    for (String command : COMMANDS) {
      Ran ran = run(command, "--system", "Answer in verse.");
      assertThat(ran.code()).as(command).isEqualTo(1);
      assertThat(ran.errors()).as(command).hasSize(1);
      assertThat(ran.err()).as(command).contains("option --system: ", because, "go nowhere");
    }
  }

  @org.junit.jupiter.api.Test
  void whereThereIsNoTemplate() throws IOException {
    template(null);
    refusedByAll("the model has no chat template");
  }

  @org.junit.jupiter.api.Test
  void whereTheTemplateLeavesItOut() throws IOException {
    template(
        "{% for m in messages %}{% if m.role == 'user' %}[{{ m.content }}]{% endif %}{% endfor %}");
    refusedByAll("leaves system texts out");
    assertThat(run("generate").err()).contains("leaves system texts out").doesNotContain("lens:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"own", "none"})
  void whereAnotherSystemTurnIsAskedFor(String turn) {
    Ran ran = run("evaluate", "--system", "Answer in verse.", "--system-turn", turn);
    assertThat(ran.err()).contains("--system-turn " + turn, "go nowhere");
    assertThat(ran.code()).isEqualTo(1);
  }
}
