package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.config.LensConfig;

/** The script behind docs/results.md, with a command line that only says what it was asked. */
class ResultsScriptTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "bn", "sw");

  @TempDir Path folder;
  private Path bin;

  @BeforeEach
  void copyScript() throws IOException {
    bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Path.of("../lens-examples/bin/results"), bin.resolve("results"));
    Path lens = bin.resolve("lens");
    // A search for bits has a winner, the other ones have none.
    Files.writeString(
        lens,
        """
        #!/usr/bin/env bash
        echo "$*"
        case "$*" in
          "search "*/search-bits.yaml*)
            while [ "$1" != --out ]; do shift; done
            mkdir -p "$2/winner-0003" && touch "$2/winner-0003/run.json" ;;
        esac
        """);
    assertThat(lens.toFile().setExecutable(true)).isTrue();
  }

  /** Files larger than a pipe's buffer: a reader that stops early once ended the script. */
  @Test
  void halvesTheHeldOutTexts() throws Exception {
    Path ntrex = Files.createDirectories(folder.resolve("data/ntrex"));
    String text = "word ".repeat(100);
    for (String language : LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 1000; i++) {
        lines.append(
            "{\"id\": %d, \"split\": \"%s\", \"text\": \"%s\"}\n"
                .formatted(i, i < 200 ? "fit" : "heldout", text));
      }
      Files.writeString(ntrex.resolve(language + ".jsonl"), lines);
    }

    run("--data", folder.resolve("data").toString(), "--out", folder.resolve("out").toString());

    for (String language : LANGUAGES) {
      Path texts = folder.resolve("out/texts");
      assertThat(texts.resolve("fit/" + language + ".jsonl")).content().hasLineCount(200);
      assertThat(texts.resolve("develop/" + language + ".jsonl"))
          .content()
          .hasLineCount(400)
          .startsWith("{\"id\": 200,")
          .contains("\"id\": 599,");
      // To choose by, then to confirm on.
      assertThat(texts.resolve("search/" + language + ".jsonl"))
          .content()
          .hasLineCount(120)
          .contains("\"id\": 259,", "\"id\": 600,", "\"id\": 659,")
          .doesNotContain("\"id\": 260,", "\"id\": 599,");
      // The further searches: others of both halves. What is left of the first half is more to
      // train on, with `fit`.
      assertThat(texts.resolve("far/" + language + ".jsonl"))
          .content()
          .hasLineCount(200)
          .contains("\"id\": 260,", "\"id\": 359,", "\"id\": 720,", "\"id\": 819,")
          .doesNotContain("\"id\": 259,", "\"id\": 360,", "\"id\": 719,", "\"id\": 820,");
      assertThat(texts.resolve("more/" + language + ".jsonl"))
          .content()
          .hasLineCount(440)
          .contains("\"id\": 0,", "\"id\": 199,", "\"id\": 360,", "\"id\": 599,")
          .doesNotContain("\"id\": 359,", "\"id\": 600,");
      assertThat(texts.resolve("unseen/" + language + ".jsonl"))
          .content()
          .hasLineCount(100)
          .startsWith("{\"id\": 820,")
          .contains("\"id\": 919,");
      // Seen by nothing before.
      assertThat(texts.resolve("last/" + language + ".jsonl"))
          .content()
          .hasLineCount(60)
          .startsWith("{\"id\": 660,")
          .contains("\"id\": 719,");
    }
    assertThat(folder.resolve("out/gemma/evaluate.txt"))
        .content()
        .startsWith("evaluate --model quickstart --model gemma --fetch-only --run")
        .contains("/gemma/gentle")
        .contains("--limit 40");
    assertThat(folder.resolve("out/smollm2/found.txt"))
        .content()
        .contains("--run " + folder.resolve("out/smollm2/found/bits") + " --space")
        .contains("--limit 80")
        .doesNotContain("found/far", "found/more");
  }

  @Test
  void settingsCanBeRead() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../lens-examples/bin/results-settings"))) {
      List<Path> all = files.sorted().toList();
      assertThat(all).hasSizeGreaterThan(6);
      for (Path file : all) {
        if (file.toString().endsWith(".yaml")) {
          assertThat(SearchConfig.read(file).space(LANGUAGES).options()).isNotEmpty();
        } else {
          LensConfig config = LensConfig.fromJson(withLanguages(Files.readString(file)));
          assertThat(config.trainTexts()).isPositive();
        }
      }
    }
  }

  /** The command line gives them. */
  private static String withLanguages(String json) {
    String list = LANGUAGES.stream().map(l -> '"' + l + '"').collect(Collectors.joining(", "));
    return json.replaceFirst("\\{", "{\"languages\": [" + list + "], \"central\": \"en\", ");
  }

  @Test
  void putsOutputsIntoThePage() throws Exception {
    Files.createDirectories(folder.resolve("out/smollm2"));
    Files.writeString(folder.resolve("out/smollm2/health.txt"), "new\n\nlines\n");
    Path page = folder.resolve("page.md");
    String around =
        "# Page\n\n```\nkept\n```\n\n<!-- output: smollm2/health -->\n```\n%s```\n\nend\n";
    Files.writeString(page, around.formatted("old\n"));

    run("--write", page.toString(), "--out", folder.resolve("out").toString());

    assertThat(page).hasContent(around.formatted("new\n\nlines\n"));
  }

  private void run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", bin.resolve("results").toString()));
    command.addAll(List.of(arguments));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
  }
}
