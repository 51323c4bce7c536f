package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.HeldOut;
import org.lensdl4j.lab.measure.Snapshot;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lab.measure.Verdict;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.base.Progress;

class StatesTest {
  @TempDir Path folder;
  private TinyEvaluation tiny;
  private ParallelCorpus corpus;
  private Path out;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyEvaluation(folder, 1);
    out = folder.resolve("out");
    Path texts = Files.createDirectories(folder.resolve("texts"));
    Random random = new Random(9);
    for (String language : TinyEvaluation.LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 8; i++) {
        lines.append(
            "{\"id\":%d,\"text\":\"%s %d\"}\n".formatted(i, language, random.nextInt(999)));
      }
      Files.writeString(texts.resolve(language + ".jsonl"), lines);
    }
    corpus = ParallelCorpus.jsonl(texts, List.of(TinyEvaluation.LANGUAGES), "en", 0);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private Evaluation evaluation() {
    return Evaluation.of(tiny.model).texts(corpus, 64).space(tiny.space());
  }

  @Test
  void lastLayerAndBitsAreThoseOfAHeldOutSnapshot() {
    EvaluationResult result = evaluation().evaluate(out);

    LensConfig config =
        LensConfig.builder()
            .languages(TinyEvaluation.LANGUAGES)
            .central("en")
            .trainMaxTokens(64)
            .build();
    Snapshot snapshot = HeldOut.snapshot(tiny.model, corpus, config, true, Progress.NONE);
    for (String language : TinyEvaluation.LANGUAGES) {
      double bits = Arrays.stream(snapshot.bits().get(language)).sum();
      double bytes = Arrays.stream(snapshot.bytes().get(language)).sum();
      assertThat(value(result, "bits_per_byte", language)).isCloseTo(bits / bytes, within(1e-5));
    }
    float[][] en = snapshot.last().get("en");
    float[][] zh = snapshot.last().get("zh");
    assertThat(value(result, "cosine", "zh"))
        .isCloseTo(mean(StateMeasures.cosine(zh, en)), within(1e-5));
    assertThat(value(result, "cka", "zh")).isCloseTo(mean(StateMeasures.cka(zh, en)), within(1e-4));
    assertThat(value(result, "retrieval_to", "zh"))
        .isCloseTo(mean(StateMeasures.retrieval(zh, en)), within(1e-9));
    assertThat(result.directions()).containsOnlyKeys("zh", "sw");
    assertThat(result.directions().get("zh")).hasSize(10);
    assertThat(result.details()).contains("layer by layer").contains("direction makes likeliest");
  }

  private static double value(EvaluationResult result, String metric, String language) {
    return result.get("states", metric, language, "before").value().value();
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  @Test
  void layersBelowARunAreTheModelsOwnAndATwinIsAlikeUntilTheEnd() {
    EvaluationResult result = evaluation().run(tiny.run("top", 1, 3)).steer(4).evaluate(out);

    for (int layer = 1; layer < tiny.model.config().layers(); layer++) {
      assertThat(change(result, "cosine@" + layer, "top")).isEqualTo(Verdict.SAME);
      assertThat(change(result, "cosine@" + layer, "steer 4")).isEqualTo(Verdict.SAME);
    }
    assertThat(change(result, "cosine", "top")).isNotEqualTo(Verdict.SAME);
    assertThat(change(result, "cosine", "steer 4")).isNotEqualTo(Verdict.SAME);
    assertThat(change(result, "bits_per_byte", "steer 4")).isNotEqualTo(Verdict.SAME);
  }

  @Test
  void steeringBelowTheLastLayerShowsFromThereOn() {
    int last = tiny.model.config().layers();
    EvaluationResult result =
        evaluation()
            .steer(SteeringSetting.parse("2:0.8"))
            .steer(SteeringSetting.parse(last + ":0.8"))
            .steer(0.8)
            .evaluate(out);

    assertThat(change(result, "cosine@1", "steer 2:0.8")).isEqualTo(Verdict.SAME);
    for (String metric : List.of("cosine@2", "cosine@3", "cosine", "bits_per_byte")) {
      assertThat(change(result, metric, "steer 2:0.8")).isNotEqualTo(Verdict.SAME);
    }
    assertThat(result.get("states", "bits_per_byte", "en", "steer 2:0.8").change().verdict())
        .as("the central language has no direction")
        .isEqualTo(Verdict.SAME);
    // The last layer alone, named either way.
    for (String metric : List.of("cosine", "bits_per_byte")) {
      assertThat(result.get("states", metric, "zh", "steer " + last + ":0.8").value())
          .isEqualTo(result.get("states", metric, "zh", "steer 0.8").value());
    }
  }

  private static Verdict change(EvaluationResult result, String metric, String column) {
    Figure.Change change = result.get("states", metric, "zh", column).change();
    return change.verdict();
  }

  @Test
  void resumedFiguresAreTheSame() throws IOException {
    String whole = evaluation().run(tiny.run("idle", 2, 1)).evaluate(out).toJson();
    Files.delete(out.resolve("items").resolve("states.zh.jsonl"));
    String again = evaluation().run(folder.resolve("idle")).evaluate(out).toJson();

    assertThat(again).isEqualTo(whole);
    assertThat(evaluation().run(folder.resolve("idle")).evaluate(out).toJson()).isEqualTo(whole);
  }

  @Test
  void nothingToMeasureIsSaid() {
    assertThatThrownBy(() -> Evaluation.of(tiny.model).evaluate(out))
        .hasMessageContaining("nothing to measure");
  }

  @Test
  void ckaDoesNotSeeRotationOrScale() {
    float[][] x = {{1, 2}, {3, -1}, {0, 5}, {2, 2}};
    float[][] turned = {{-4, 2}, {2, 6}, {-10, 0}, {-4, 4}};

    assertThat(mean(StateMeasures.cka(x, turned))).isCloseTo(1, within(1e-9));
    assertThat(mean(StateMeasures.cka(x, new float[][] {{5}, {1}, {2}, {9}}))).isBetween(0.0, 0.99);
  }
}
