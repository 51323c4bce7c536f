package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.fixtures.TinyModels;

/** The commands one after the other, as a user gives them, on a tiny model. */
class WholeJobTest {
  @TempDir Path folder;

  @Test
  void probeTrainExportInspectGenerate() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path space = folder.resolve("made/space.safetensors");
    Path run = folder.resolve("made/run");
    Path model = folder.resolve("made/model");

    ok(work.probe(space), "language space", "en zh sw (central en)");
    ok(Ran.lens("inspect", space), "language space", "rank          2 specific, 1 agnostic");
    ok(work.train(space, run, "--epochs", 2), "training run", "4 of 4 done", "trained.safetensors");
    ok(Ran.lens("inspect", run), "4 of 4 done");
    ok(work.export(run, model), "written");
    ok(Ran.lens("inspect", model), "Hugging Face directory", "4 of size 32");
    Ran answer =
        Ran.lens("generate", "--model", model, "--prompt", "kila mtu", "--max-new-tokens", 8);
    assertThat(answer.code()).isZero();
    assertThat(answer.err()).matches("computing on C\\w+ \\(.*\\)\\s*");

    assertThat(Files.readAllBytes(model.resolve("model.safetensors")))
        .isNotEqualTo(Files.readAllBytes(work.model.resolve("model.safetensors")));
  }

  @Test
  void aFinishedRunIsLeftAsItIs() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path space = work.space(work.model);
    Path run = folder.resolve("run");
    Ran first = work.train(space, run);
    byte[] trained = Files.readAllBytes(run.resolve("trained.safetensors"));

    Ran second = work.train(space, run);

    assertThat(second).isEqualTo(first);
    assertThat(run.resolve("trained.safetensors")).hasBinaryContent(trained);
  }

  @Test
  void aRunFolderIsRefusedToAnotherRun() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path space = work.space(work.model);
    Path run = folder.resolve("run");
    work.train(space, run);

    Ran ran = work.train(space, run, "--lr", 0.01);

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors()).singleElement().asString().contains("other settings");
  }

  @Test
  void exportOfOnlyTheChangedTensors() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path run = folder.resolve("run");
    Path out = folder.resolve("changes");
    work.train(work.space(work.model), run);

    ok(work.export(run, out, "--only-changed"), "written");

    assertThat(out.resolve("changed.safetensors")).isNotEmptyFile();
    assertThat(out.resolve("config.json")).doesNotExist();
    // A second time the folder is in the way.
    Ran again = work.export(run, out, "--only-changed");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.errors()).singleElement().asString().contains("changes");
  }

  @Test
  void exportOfAnotherModelsRunIsRefused() throws IOException {
    TinyWork work = new TinyWork(folder);
    Path run = folder.resolve("run");
    work.train(work.space(work.model), run);
    Path other = work.model(TinyModels.PLAIN_HEADS);

    Ran ran = work.exportOf(other, run, folder.resolve("x"));

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.errors()).singleElement().asString().contains("another model");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--raw", "--temperature=0.8"})
  void generatingTheSameTwice(String option) throws IOException {
    TinyWork work = new TinyWork(folder);
    Object[] line = {
      "generate", "--model", work.model, "--prompt", "人人", "--max-new-tokens", 12, option
    };

    Ran first = Ran.lens(line);

    assertThat(first.code()).isZero();
    assertThat(Ran.lens(line)).isEqualTo(first);
  }

  @Test
  void quickstartOnATinyModel() throws IOException {
    Path out = folder.resolve("out");
    TinyWork work = new TinyWork(folder);
    Object[] line = {
      "quickstart",
      "--model",
      work.model,
      "--languages",
      "zh,sw",
      "--quick",
      "--cache",
      folder.resolve("cache"),
      "--out",
      out
    };

    Ran ran = Ran.lens(line);

    ok(ran, "finds its en", "gap", "bits per byte", "  after:  ", out.resolve("model").toString());
    assertThat(out.resolve("report.svg")).content().startsWith("<svg");
    assertThat(out.resolve("comparison.json")).content().contains("\"drift\"");
    ok(Ran.lens("inspect", out.resolve("model")), "Hugging Face directory");

    Ran again = Ran.lens(line);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.errors()).singleElement().asString().contains("finished quickstart");
  }

  /** Rounded to 16 bits, what was trained could not be what was written. */
  @Test
  void quickstartOnA16BitModelWritesWhatWasTrained() throws IOException {
    Path out = folder.resolve("out");
    TinyWork work = new TinyWork(folder);
    Ran ran =
        Ran.lens(
            "quickstart",
            "--model",
            work.model(TinyModels.MISTRAL),
            "--languages",
            "zh,sw",
            "--quick",
            "--cache",
            folder.resolve("cache"),
            "--out",
            out);
    ok(ran, "finds its en", "  after:  ");
  }

  private static void ok(Ran ran, String... words) {
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains(words).doesNotContain("differentiated");
    assertThat(ran.code()).isZero();
  }
}
