package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.fixtures.TinyModels;

class EvaluateCommandTest {
  @TempDir Path folder;
  private TinyWork work;
  private Path data;

  @BeforeEach
  void prepare() throws IOException {
    work = new TinyWork(folder);
    data = folder.resolve("data");
    Path task = Files.createDirectories(data.resolve("next_sentence"));
    for (String language : TinyWork.LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        lines.append(
            "{\"id\":%d,\"context\":[\"a%d.\",\"b.\",\"c.\"],\"choices\":[\"d.\",\"e.\"],\"label\":%d}\n"
                .formatted(i, i, i % 2));
      }
      Files.writeString(task.resolve(language + ".jsonl"), lines);
    }
  }

  private Ran evaluate(Object... more) {
    Object[] base = {
      "evaluate",
      "--model",
      work.model,
      "--data",
      data,
      "--languages",
      "en,zh,sw",
      "--out",
      folder.resolve("out")
    };
    return Ran.lens(
        java.util.stream.Stream.concat(java.util.Arrays.stream(base), java.util.Arrays.stream(more))
            .toArray());
  }

  @Test
  void tasksTwinsAndStates() {
    Object[] options = {
      "--space", work.space(work.model), "--steer", "0,2", "--project", "1", "--texts", work.texts
    };
    Ran ran = evaluate(options);

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("next_sentence, acc", "states, bits_per_byte", "steer 2 against before:")
        .contains("steer 0 against before:\n  not one item's score differs")
        .doesNotContain("NaN");
    assertThat(folder.resolve("out").resolve("summary.json")).exists();
    assertThat(folder.resolve("out").resolve("summary.txt")).exists();
    assertThat(evaluate(options).out()).isEqualTo(ran.out());
  }

  /** What is exactly stored measures as the run does, in each form. */
  @Test
  void whatIsShippedBesideTheRun() {
    Path run = folder.resolve("run");
    Path model = folder.resolve("shipped");
    Path gguf = folder.resolve("shipped.gguf");
    Path adapter = folder.resolve("adapter");
    Path space = work.space(work.model);
    assertThat(work.train(space, run, "--lr", "1e-3").code()).isZero();
    assertThat(work.export(run, model).code()).isZero();
    assertThat(work.export(run, gguf, "--gguf", "F32").code()).isZero();
    assertThat(work.export(run, adapter, "--adapter", 32).code()).isZero();

    Ran ran =
        evaluate(
            "--run",
            run,
            "--exported",
            model,
            "--exported",
            gguf,
            "--exported",
            adapter,
            "--texts",
            work.texts);

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("run", "exported shipped", "exported shipped.gguf", "exported adapter");
    String trained = section(ran, "run");
    assertThat(trained).isNotEmpty();
    assertThat(section(ran, "exported shipped")).isEqualTo(trained);
    assertThat(ran.out())
        .contains("exported shipped: 100 % of the trained change survives")
        .contains("exported shipped.gguf: 100 % of the trained change survives");
    Ran wrong = evaluate("--exported", folder.resolve("nothing"));
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.errors()).singleElement().asString().contains("nothing");
  }

  private static String section(Ran ran, String column) {
    String begin = column + " against before:\n";
    int from = ran.out().indexOf("\n" + begin);
    String rest = ran.out().substring(from + 1 + begin.length());
    return rest.lines().takeWhile(l -> l.startsWith("  ")).collect(Collectors.joining("\n"));
  }

  @Test
  void steeringAtAnyLayersByASettingOrAFile() {
    Path space = work.space(work.model);
    Path file = folder.resolve("mine.safetensors");
    Steering.of(LanguageSpace.load(space), SteeringSetting.parse("2:0.5")).save(file);
    assertThat(Ran.lens("inspect", file).out())
        .contains("kind          steering", "setting       2:0.5", "layers        2 of 4, size 32");
    Ran ran = evaluate("--space", space, "--steer", "all:0.03u,2-3:0.5," + file);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("steer all:0.03u against before:", "steer 2-3:0.5 against before:")
        .contains("steer mine against before:");
  }

  @Test
  void steeringThatCannotBeIsRefusedInOneLine() throws IOException {
    Path other = work.model(TinyModels.PLAIN_HEADS);
    Path file = folder.resolve("other.safetensors");
    Steering.of(LanguageSpace.load(work.space(other)), SteeringSetting.parse("2:0.5")).save(file);
    Path space = work.space(work.model);
    refused("found strength 'much', expected a number", "--space", space, "--steer", "much");
    refused("found layers 3-9, expected some of 1 to 4", "--space", space, "--steer", "3-9:0.1");
    refused("the steering is of another model: found one of", "--steer", file);
    refused("option steer needs a language space", "--steer", "0.3");
    Path task = data.resolve("next_sentence");
    Files.copy(task.resolve("sw.jsonl"), task.resolve("fr.jsonl"));
    refused("expected fr among them", "--space", space, "--steer", "0.3", "--languages", "fr");
  }

  private void refused(String expected, Object... options) {
    Ran ran = evaluate(options);
    assertThat(ran.code()).as(ran.err()).isNotZero();
    assertThat(ran.errors()).singleElement().asString().contains(expected);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void dataThatAreMissingAreToldOf() {
    Ran ran = evaluate("--tasks", "belebele");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors())
        .singleElement()
        .asString()
        .contains("belebele", "en.jsonl", "facebook/belebele", "flores_passage");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anUnknownTaskIsToldOf() {
    Ran ran = evaluate("--tasks", "xnli");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors()).singleElement().asString().contains("unknown task 'xnli'", "xcopa");
  }
}
