package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationPart;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;

class SparkEvaluationTest {
  @TempDir Path folder;
  private TinyCorpus tiny;
  private Path data;
  private Path space;
  private JavaSparkContext spark;

  @BeforeEach
  void start() throws IOException {
    tiny = new TinyCorpus(folder);
    data = tiny.items(folder.resolve("data"), 11);
    space = folder.resolve("space.safetensors");
    tiny.local().save(space);
    spark =
        new JavaSparkContext(
            SparkSettings.apply(
                new SparkConf().setMaster("local[3,4]").set("spark.local.dir", folder.toString())));
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private SparkEvaluation evaluation() {
    return SparkEvaluation.on(spark)
        .model(tiny.model)
        .space(space)
        .steer(List.of("2", "all:0.1u"))
        .data(data)
        .languages("en", "zh", "sw")
        .itemsPerTask(4);
  }

  private EvaluationResult local(Path out) {
    try (TransformerModel opened = TransformerModel.open(tiny.model)) {
      return Evaluation.of(opened)
          .space(org.lensdl4j.lens.space.LanguageSpace.load(space))
          .steer(2)
          .steer("all:0.1u")
          .data(data)
          .languages("en", "zh", "sw")
          .texts(texts(), 48)
          .evaluate(out);
    }
  }

  private ParallelCorpus texts() {
    return ParallelCorpus.jsonl(tiny.texts, List.of("en", "zh", "sw"), "en", 12);
  }

  @Test
  void figuresAndFilesAreThoseOfOneMachine() throws IOException {
    EvaluationResult found =
        evaluation()
            .texts(texts(), 48)
            .hook(
                task -> {
                  if (task.attemptNumber() == 0 && task.partitionId() == 1) {
                    throw new IllegalStateException("after the work was done");
                  }
                })
            .evaluate(folder.resolve("spark"));
    EvaluationResult expected = local(folder.resolve("local"));

    assertThat(found.columns()).isEqualTo(expected.columns());
    assertThat(found.figures().stream().map(Figure::value))
        .isEqualTo(expected.figures().stream().map(Figure::value).toList());
    assertThat(found.stats()).isEqualTo(expected.stats());
    assertThat(Files.readString(folder.resolve("spark/evaluation.json")))
        .isEqualTo(Files.readString(folder.resolve("local/evaluation.json")));
    for (String language : List.of("en", "zh", "sw")) {
      String file = "items/next_sentence.%s.jsonl".formatted(language);
      List<String> lines = Files.readAllLines(folder.resolve("spark").resolve(file));
      List<String> ours = Files.readAllLines(folder.resolve("local").resolve(file));
      assertThat(lines).hasSameSizeAs(ours);
      assertThat(lines.get(0)).isEqualTo(ours.get(0));
      assertThat(lines.get(5)).startsWith(ours.get(5).substring(0, 60));
    }
    // What one has begun the other finishes.
    Files.delete(folder.resolve("local/items/next_sentence.zh.jsonl"));
    assertThat(evaluation().texts(texts(), 48).evaluate(folder.resolve("local")).stats())
        .isEqualTo(expected.stats());
  }

  @Test
  void rowsAreThoseOfOneMachineBitForBit() throws IOException {
    data = tiny.items(folder.resolve("more"), EvaluationPart.ITEMS + 7);
    evaluation().itemsPerTask(EvaluationPart.ITEMS).evaluate(folder.resolve("spark"));
    local(folder.resolve("local"));
    for (String task : List.of("next_sentence.zh", "next_sentence.en")) {
      String file = "items/%s.jsonl".formatted(task);
      assertThat(folder.resolve("spark").resolve(file))
          .hasSameTextualContentAs(folder.resolve("local").resolve(file));
    }
  }

  @Test
  void wrongDataAreToldOfByTheHost() {
    assertThatThrownBy(
            () ->
                evaluation()
                    .hook(
                        task -> {
                          throw new LensException("no luck");
                        })
                    .evaluate(folder.resolve("out")))
        .isInstanceOf(LensException.class)
        .hasMessage("no luck");
    assertThatThrownBy(() -> evaluation().tasks("belebele").evaluate(folder.resolve("none")))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("belebele");
  }
}
