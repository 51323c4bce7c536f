package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.search.SearchConfig;

class SearchCommandTest {
  @TempDir Path folder;
  private TinyWork work;
  private Path config;

  @BeforeEach
  void prepare() throws IOException {
    work = new TinyWork(folder);
    config =
        Files.writeString(
            folder.resolve("search.yaml"),
            """
            candidates: 3
            base: {minTexts: 1, epochs: 1, trainMaxTokens: 48}
            score: {gain: {cosine: 1}, budget: {drift: 1, bits_per_byte: 1}}
            space:
              learningRate: {low: 1e-4, high: 1e-2, scale: log}
              topLayers: [1, 2]
            """);
  }

  private Ran search(Object... more) {
    Object[] base = {
      "search",
      "--model",
      work.model,
      "--texts",
      work.texts,
      "--languages",
      "zh,sw",
      "--config",
      config,
      "--out",
      folder.resolve("out"),
      "--cache",
      folder.resolve("cache")
    };
    return Ran.lens(Stream.concat(Arrays.stream(base), Arrays.stream(more)).toArray());
  }

  /** Then both commands that it prints are run as they stand there. */
  @Test
  void searchesResumesAndPrintsCommandsThatWork() {
    Ran ran = search();

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("3 candidates", "winner: candidate", "held out", "learningRate=")
        .doesNotContain("NaN");
    assertThat(folder.resolve("out/search.json")).exists();
    for (String command : ran.out().lines().filter(l -> l.startsWith("  lens ")).toList()) {
      String[] words =
          command
              .strip()
              .replace("RUN", folder.resolve("again").toString())
              .replace("MODEL", folder.resolve("model").toString())
              .split(" ");
      Ran printed =
          Ran.lens(
              Stream.concat(
                      Arrays.stream(words).skip(1),
                      Stream.of("--cache", folder.resolve("cache").toString()))
                  .toArray());
      assertThat(printed.code()).as("%s: %s", command, printed.err()).isZero();
    }
    assertThat(folder.resolve("again/trained.safetensors")).exists();
    assertThat(folder.resolve("model/config.json")).exists();

    Ran refused = search();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.errors()).singleElement().asString().contains("--resume");
    Ran resumed = search("--resume", "--parallel", "1");
    assertThat(resumed.code()).isZero();
    assertThat(winner(resumed)).isEqualTo(winner(ran));
  }

  private static String winner(Ran ran) {
    return ran.out().lines().filter(l -> l.startsWith("winner:")).findFirst().orElseThrow();
  }

  private static final String LANGUAGE =
      """
      candidates: 2
      base: {minTexts: 1, epochs: 1, topLayers: 1, target: ends}
      score: {gain: {right_language: 1}, budget: {repetition: 1, right_language: 1}}
      space: {learningRate: [0.001, 0.01]}
      """;

  /** Trained on requests, asked questions; the command that trains again names the requests. */
  @Test
  void searchesForTheRightLanguage() throws IOException {
    Files.writeString(config, LANGUAGE);
    Path requests = folder.resolve("requests.jsonl");
    Files.writeString(
        requests,
        """
        {"prompt": "a b in Chinese", "language": "zh"}
        {"prompt": "a b in Swahili", "language": "sw"}
        {"prompt": "a b", "language": "en"}
        """);
    Object[] asked = {
      "--requests", requests, "--questions", work.texts, "--max-questions", 4, "--max-new-tokens", 3
    };
    Ran ran = search(asked);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("2 complete, 0 failed", "--requests " + requests);
    assertThat(Files.readString(folder.resolve("out/winner.json"))).contains("right_language");
  }

  @Test
  void requestsAndQuestionsGoWithTheConfiguration() throws IOException {
    Path file = Files.writeString(folder.resolve("requests.jsonl"), "");
    assertThat(search("--requests", file).errors())
        .singleElement()
        .asString()
        .contains("option --requests: the configuration names no target");
    Files.writeString(config, LANGUAGE);
    assertThat(search("--requests", file).errors())
        .singleElement()
        .asString()
        .contains("option --questions: found none");
    assertThat(search("--questions", work.texts).errors())
        .singleElement()
        .asString()
        .contains("option --requests: found none");
    assertThat(search("--requests", file, "--questions", work.texts, "--max-questions", 1).errors())
        .singleElement()
        .asString()
        .contains("requests.jsonl: holds no requests");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void theExampleIsPrintedAndCanBeRead() {
    Ran ran = Ran.lens("search", "--example");

    assertThat(ran.code()).isZero();
    assertThat(SearchConfig.fromYaml(ran.out()).parameters()).isNotEmpty();
  }

  @Test
  void badInputIsToldOfInOneLine() throws IOException {
    Files.writeString(config, "space:\n  learningRate: [fast]\n");
    Ran ran = search();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors())
        .singleElement()
        .asString()
        .contains("search.yaml, line 2: space.learningRate: option learningRate");
    Files.writeString(config, "space:\n  lambda.xx: [1]\n");
    assertThat(search().errors())
        .singleElement()
        .asString()
        .contains("search.yaml: space.lambda.xx: found 'xx'");
    Files.writeString(config, "space:\n  topLayers: [1]\n");
    Ran few = search("--measure-split", "none");
    assertThat(few.code()).isEqualTo(1);
    assertThat(few.errors()).singleElement().asString().contains("split 'none'");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
