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
