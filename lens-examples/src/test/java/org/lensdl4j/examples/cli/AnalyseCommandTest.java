package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyseCommandTest {
  @TempDir Path folder;
  private TinyWork work;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    work = new TinyWork(folder);
    out = folder.resolve("out");
  }

  private Ran analyse(String name, Object... more) {
    Stream<Object> base =
        Stream.of(
            "analyse",
            name,
            "--model",
            work.model,
            "--texts",
            work.texts,
            "--languages",
            "en,zh,sw",
            "--cache",
            folder.resolve("cache"),
            "--out",
            out);
    return Ran.lens(Stream.concat(base, Stream.of(more)).toArray());
  }

  private void assertFiles(Ran ran, String name) throws IOException {
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(out.resolve(name + ".svg").toString()).doesNotContain("NaN");
    assertThat(Files.readString(out.resolve(name + ".svg"))).contains("<svg");
    assertThat(Files.readAllLines(out.resolve(name + ".csv"))).hasSizeGreaterThan(1);
    assertThat(Files.readString(out.resolve(name + ".json")))
        .contains("\"finding\"", "\"options\"");
  }

  @Test
  void statesWithAndWithoutARun() throws IOException {
    Path run = folder.resolve("run");
    assertThat(work.train(work.space(work.model), run).code()).isZero();

    assertFiles(analyse("pca"), "pca");
    assertThat(Files.readString(out.resolve("pca.json"))).contains("\"texts\" : \"4\"");
    assertFiles(analyse("pca", "--run", run), "pca");
    assertThat(Files.readString(out.resolve("pca.json"))).contains("\"texts\" : \"12\"");
    assertThat(Files.readString(out.resolve("pca.csv"))).contains("specific,after,sw");
    assertFiles(analyse("layers", "--run", run, "--max-measure", 3), "layers");

    Ran cost = Ran.lens("analyse", "cost", "--run", run, "--out", out);
    assertFiles(cost, "cost");
    assertThat(cost.out()).contains("run (Lens)");
  }

  @Test
  void trainingsOnTheSameTexts() throws IOException {
    Object[] quick = {"--max-tokens", 48, "--no-bits"};

    assertFiles(analyse("terms", quick), "terms");
    assertFiles(analyse("interference", quick), "interference");
    Ran curve =
        analyse("curve", "--over", "rank", "--values", "1,2", "--max-tokens", 48, "--no-bits");
    assertFiles(curve, "curve-rank");
    assertThat(Files.readString(out.resolve("curve-rank.json")))
        .contains("\"values\" : \"1,2\"", "\"measured\" : \"4\"", "\"texts\" : \"8\"");
  }

  @Test
  void threeTextsAreEnoughAndTwoAreNot() throws IOException {
    for (int l = 0; l < TinyWork.LANGUAGES.size(); l++) {
      work.write(TinyWork.LANGUAGES.get(l), "some words " + l, 3);
    }
    for (String name : new String[] {"pca", "layers", "bilingual"}) {
      Object[] more = name.equals("bilingual") ? new Object[] {"--no-bits"} : new Object[0];
      assertFiles(analyse(name, more), name);
    }
    for (int l = 0; l < TinyWork.LANGUAGES.size(); l++) {
      work.write(TinyWork.LANGUAGES.get(l), "some words " + l, 2);
    }
    assertThat(analyse("pca").errors())
        .last()
        .asString()
        .contains("2 parallel texts, expected at least 3");
  }

  @Test
  void whatCannotBeAnalysedIsToldInOneLine() {
    assertThat(analyse("curve", "--over", "depth").errors())
        .singleElement()
        .asString()
        .contains("'depth'", "layers, rank, lambda");
    assertThat(analyse("position").errors()).last().asString().contains("expected at least 50");
    assertThat(Ran.lens("analyse", "cost", "--run", folder, "--out", out).errors())
        .singleElement()
        .asString()
        .contains("run.json");
    assertThat(Ran.lens("analyse").code()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }
}
