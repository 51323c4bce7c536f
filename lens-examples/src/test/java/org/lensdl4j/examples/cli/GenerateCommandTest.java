package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.fixtures.TinyModels;

class GenerateCommandTest {
  @TempDir Path folder;
  private TinyWork work;

  @BeforeEach
  void write() throws IOException {
    work = new TinyWork(folder);
  }

  @Test
  void aModelARunAndAnotherModelAnswerTheSamePrompts() throws IOException {
    Path run = folder.resolve("run");
    assertThat(work.train(work.space(work.model), run, "--lr", 1e-2).code()).isZero();
    Path exported = folder.resolve("exported");
    assertThat(export(run, exported).code()).isZero();
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "人人 有权\n\nkila mtu\n");
    Ran ran = compare("--after", run, "--after", exported, "--prompts", prompts, "--json");
    assertThat(ran.code()).as(ran.err()).isZero();
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(2);
    for (String line : lines) {
      JsonNode found = new ObjectMapper().readTree(line);
      JsonNode answers = found.get("answers");
      assertThat(answers.findValuesAsText("name")).containsExactly("before", "run", "exported");
      assertThat(answers.get(1).get("text")).isEqualTo(answers.get(2).get("text"));
      assertThat(answers.findValues("tokens")).allMatch(n -> n.intValue() <= 8);
      assertThat(answers.get(0).fieldNames())
          .toIterable()
          .containsExactly("name", "model", "text", "tokens", "language", "in_prompts_language");
    }
    assertThat(new ObjectMapper().readTree(lines.get(0)).get("language").asText()).isEqualTo("zh");
  }

  private Ran export(Path run, Path out) {
    return Ran.lens("export", "--model", work.model, "--run", run, "--out", out, "--cache", folder);
  }

  @Test
  void promptsAreReadLineByLine() {
    Path other = work.model(TinyModels.PLAIN_HEADS);
    InputStream standard = System.in;
    System.setIn(new ByteArrayInputStream("人人 有权\n\nthe right\n".getBytes(StandardCharsets.UTF_8)));
    try {
      Ran ran = compare("--after", other, "--width", 60);
      assertThat(ran.code()).as(ran.err()).isZero();
      assertThat(ran.out()).contains("[zh] 人人 有权\n", "before [", "after [");
      assertThat(ran.out()).contains("In the prompt's language, of 2: before ");
    } finally {
      System.setIn(standard);
    }
  }

  @Test
  void severalPromptsForOneModel() {
    Ran ran =
        Ran.lens(
            "generate",
            "--model",
            work.model,
            "--max-new-tokens",
            2,
            "--prompt",
            "a",
            "--prompt",
            "b");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("> a\n").contains("\n\n> b\n");
  }

  @Test
  void aFileOfPromptsIsAnsweredInItsOrderWhateverTheBatch() throws IOException {
    List<String> lines = IntStream.range(0, 9).mapToObj(i -> "kila " + "haki ".repeat(i)).toList();
    Path prompts = Files.write(folder.resolve("many.txt"), lines);
    Object[] asked = {
      "generate", "--model", work.model, "--max-new-tokens", 6, "--prompts", prompts
    };
    Ran together = Ran.lens(with(asked, "--batch", 4));
    Ran alone = Ran.lens(with(asked, "--batch", 1));
    assertThat(together.code()).as(together.err()).isZero();
    assertThat(together.out()).isEqualTo(alone.out());
    assertThat(together.out().lines().filter(l -> l.startsWith("> "))).hasSize(9);
    assertThat(together.err()).containsPattern("9 answers, \\d+ tokens in [\\d.]+ s: ");
    assertThat(Ran.lens(with(asked, "--json", "--batch", 4)).out())
        .isEqualTo(Ran.lens(with(asked, "--json", "--batch", 1)).out());
    assertThat(Ran.lens(with(asked, "--batch", 0)).err())
        .contains("option --batch: found 0, expected 1 or more");
  }

  @Test
  void answersAreSteered() throws IOException {
    Path space = work.space(work.model);
    Object[] steered = {"--space", space, "--language", "sw", "--prompt", "kila"};
    Ran ran = compare(with(steered, "--steer", "all:2u,0", "--json"));
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode answers = new ObjectMapper().readTree(ran.out()).get("answers");
    assertThat(answers.findValuesAsText("name"))
        .containsExactly("before", "steer all:2u", "steer 0");
    assertThat(answers.get(1).get("text")).isNotEqualTo(answers.get(0).get("text"));
    assertThat(answers.get(2).get("text")).isEqualTo(answers.get(0).get("text"));

    Object[] one = {"generate", "--model", work.model, "--max-new-tokens", 8, "--cache", folder};
    Ran alone = Ran.lens(with(with(one, steered), "--steer", "all:2u"));
    assertThat(alone.code()).as(alone.err()).isZero();
    assertThat(alone.out().strip()).isEqualTo(answers.get(1).get("text").asText().strip());
    assertThat(Ran.lens(with(with(one, steered), "--steer", "1,2")).err())
        .contains("found 2 steerings, expected one");
  }

  @Test
  void steeringThatCannotBeIsRefused() {
    Path space = work.space(work.model);
    Path others = work.space(work.model(TinyModels.PLAIN_HEADS));
    assertThat(refused("--prompt", "a", "--steer", "0.3", "--space", space))
        .contains("--steer needs --language");
    assertThat(refused("--prompt", "a", "--steer", "x", "--space", space, "--language", "sw"))
        .contains("found strength 'x'");
    assertThat(refused("--prompt", "a", "--steer", "0.3", "--language", "sw"))
        .contains("give a language space");
    assertThat(refused("--prompt", "a", "--steer", "0.3", "--space", space, "--language", "de"))
        .contains("expected de among them");
    assertThat(refused("--prompt", "a", "--steer", "0.3", "--space", others, "--language", "sw"))
        .contains("the steering is of another model");
  }

  private static Object[] with(Object[] some, Object... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
  }

  @Test
  void badInput() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), " \n");
    Path other = work.model(TinyModels.PLAIN_HEADS);
    assertThat(refused("--after", other, "--prompts", empty))
        .contains("empty.txt: found no prompt");
    assertThat(refused("--after", other, "--prompt", " ")).contains("--prompt: found nothing");
    assertThat(refused("--after", folder.resolve("none"), "--prompt", "a")).contains("none");
    assertThat(refused("--prompt", "a")).contains("--after");
    assertThat(refused("--model", other, "--after", other, "--prompt", "a")).contains("--model");
  }

  private String refused(Object... more) {
    Ran ran = compare(more);
    assertThat(ran.code()).isNotZero();
    assertThat(ran.out()).isEmpty();
    return ran.err();
  }

  private Ran compare(Object... more) {
    Object[] base = {"generate", "--before", work.model, "--max-new-tokens", 8, "--cache", folder};
    Object[] all = new Object[base.length + more.length];
    System.arraycopy(base, 0, all, 0, base.length);
    System.arraycopy(more, 0, all, base.length, more.length);
    return Ran.lens(all);
  }
}
