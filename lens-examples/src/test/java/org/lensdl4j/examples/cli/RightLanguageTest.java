package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lens quickstart --right-language}. */
class RightLanguageTest {
  @TempDir Path folder;
  private TinyWork work;

  @BeforeEach
  void write() throws IOException {
    work = new TinyWork(folder);
  }

  private Ran quickstart(Path out, Object... more) {
    List<Object> all =
        new java.util.ArrayList<>(
            List.of(
                "quickstart",
                "--model",
                work.model,
                "--right-language",
                "--quick",
                "--languages",
                "en,zh,sw",
                "--cache",
                folder.resolve("cache"),
                "--out",
                out));
    all.addAll(List.of(more));
    return Ran.lens(all.toArray());
  }

  @Test
  void threeModelsAreAskedTheSameAndTheLastOneIsWritten() throws IOException {
    Path out = folder.resolve("out");
    Ran ran = quickstart(out);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .containsPattern("asked for +untouched +steered +trained in +rep\\. +rep\\. +rep\\.")
        .containsPattern("(?m)^sw( +\\d+ %){3}( +0\\.\\d\\d){3}$")
        .contains("Asked \"Reply in Chinese. Explain a common mistake");
    List<String> lines = Files.readAllLines(out.resolve("answers.jsonl"));
    // Four tasks in three languages; of the central one there are none beside the plain.
    assertThat(lines).hasSize(12).allMatch(l -> l.contains("\"trained in\":{\"answer\":"));
    assertThat(out.resolve("model/config.json")).exists();
    assertThat(out.resolve("report.svg")).content().contains("Answers in the language asked for");

    Ran again = quickstart(out);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("holds a finished quickstart");
  }

  @Test
  void anInterruptedOneGoesOn() throws IOException {
    Path out = folder.resolve("out");
    assertThat(quickstart(out).code()).isZero();
    String answers = Files.readString(out.resolve("answers.jsonl"));
    Files.delete(out.resolve("report.svg"));
    Files.delete(out.resolve("answers.jsonl"));

    Ran ran = quickstart(out);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(out.resolve("answers.jsonl")).hasContent(answers);
  }

  @Test
  void theQuestionsAreEnglish() {
    Ran ran = quickstart(folder.resolve("out"), "--central", "zh");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("option --central: found 'zh', expected en");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
