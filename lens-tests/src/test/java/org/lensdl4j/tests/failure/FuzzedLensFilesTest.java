package org.lensdl4j.tests.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.examples.inspect.RunSummary;
import org.lensdl4j.lab.evaluate.TaskResult;
import org.lensdl4j.lab.report.Report;
import org.lensdl4j.lab.report.ReportFolders;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.train.InstructionCorpus;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TrainingJob;

/** Files of ours and of people's texts, mutated in many ways: see {@link Fuzz}. */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class FuzzedLensFilesTest {
  private static final String TEXTS =
      """
      {"id":"a","text":"Habari ya asubuhi"}
      {"id":7,"text":"B é","split":"train"}
      {"id":"c","text":"\\u0639\\u0631"}
      """;

  @TempDir Path folder;

  @Test
  void spaces() throws IOException {
    Path file = folder.resolve("space.safetensors");
    RandomSpace.space().save(file);
    new Fuzz("space", file).check(Mutations::binary, () -> LanguageSpace.load(file));
  }

  @Test
  void statistics() throws IOException {
    Path file = folder.resolve("sums.safetensors");
    RandomSpace.sums().save(file);
    new Fuzz("statistics", file).check(Mutations::binary, () -> LanguageStatistics.load(file));
    Path bytes = Files.write(folder.resolve("bytes"), RandomSpace.sums().toBytes());
    new Fuzz("statistics-bytes", bytes)
        .check(Mutations::binary, () -> LanguageStatistics.fromBytes(Files.readAllBytes(bytes)));
  }

  @Test
  void steerings() throws IOException {
    Path file = folder.resolve("a.steering");
    Steering.named("last:0.5", RandomSpace.space()).save(file);
    new Fuzz("steering", file).check(Mutations::binary, () -> Steering.load(file).in("sw"));
  }

  @Test
  void linesOfTexts() throws IOException {
    Path file = Files.writeString(folder.resolve("en.jsonl"), TEXTS);
    Files.writeString(folder.resolve("sw.jsonl"), TEXTS.replace("\"text\":\"", "\"text\":\"Na "));
    List<String> languages = List.of("en", "sw");
    new Fuzz("corpus", file)
        .check(
            Mutations::text,
            () -> {
              Corpus.jsonl(folder, languages, 0);
              ParallelCorpus.jsonl(folder, languages, "en", 0);
            });
    Path instructions =
        Files.writeString(
            folder.resolve("i.jsonl"),
            "{\"id\":\"a\",\"instruction\":\"Q?\",\"response\":\"A\"}\n".repeat(1)
                + "{\"instruction\":\"R?\",\"response\":\"B\"}\n");
    new Fuzz("instructions", instructions)
        .check(Mutations::text, () -> InstructionCorpus.jsonl(instructions));
  }

  @Test
  void searches() throws IOException {
    Path file = Files.writeString(folder.resolve("search.yaml"), SearchConfig.example());
    new Fuzz("yaml", file).check(Mutations::text, () -> SearchConfig.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.json", "log.jsonl", "trained.safetensors", "space.safetensors"})
  void runs(String name) throws IOException {
    try (TinyJob tiny = new TinyJob(folder, 3)) {
      Path run = folder.resolve("run");
      new TrainingJob(tiny.model, tiny.space, TinyJob.config().build(), tiny.corpus, tiny.cache())
          .run(run);
      new Fuzz(name, run.resolve(name))
          .check(
              name.contains("json") ? Mutations::text : Mutations::binary,
              () -> {
                LensResult.open(run, tiny.model).steps();
                TrainedWeights.load(run, tiny.model).close();
                RunSummary.of(run);
              });
    }
  }

  @Test
  void reportsOfEvaluations() throws IOException {
    Path evaluation = new ReportFolders(folder).evaluation("e", "careful");
    List<Path> files;
    try (Stream<Path> all = Files.walk(evaluation)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path items =
        files.stream().filter(f -> f.toString().contains("items")).findFirst().orElseThrow();
    new Fuzz("items", items).check(Mutations::text, () -> TaskResult.read(items));
    for (String name : List.of("summary.json", "evaluation.json")) {
      new Fuzz("report-" + name, evaluation.resolve(name))
          .check(Mutations::text, () -> Report.of().evaluation(evaluation).html());
    }
    assertThat(Report.of().evaluation(evaluation).html()).isNotBlank();
  }

  @Test
  void reportsOfRunsSearchesAndAnalyses() throws IOException {
    ReportFolders folders = new ReportFolders(folder);
    Path run = folders.run("careful");
    for (String name : List.of("run.json", "log.jsonl")) {
      new Fuzz("report-" + name, run.resolve(name))
          .check(Mutations::text, () -> Report.of(run).html());
    }
    Path search = folders.search("s");
    new Fuzz("report-search.json", search.resolve("search.json"))
        .check(Mutations::text, () -> Report.of().search(search).html());
  }
}
