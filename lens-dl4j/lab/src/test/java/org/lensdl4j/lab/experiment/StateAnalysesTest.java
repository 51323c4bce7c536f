package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.LayerProfile.Row;
import org.lensdl4j.lab.experiment.StatesPca.Space;
import org.lensdl4j.lab.experiment.StatesPca.View;
import org.lensdl4j.lab.measure.HeldOut;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Snapshot;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.weights.OverlayWeights;

class StateAnalysesTest {
  private static final int TEXTS = 6;

  @TempDir Path folder;
  private TinyJob tiny;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, TEXTS);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private Path run() {
    Path run = folder.resolve("run");
    new TrainingJob(tiny.model, tiny.space, TinyJob.config().build(), tiny.corpus, tiny.cache())
        .run(run);
    return run;
  }

  private StateAnalyses analyses() {
    return StateAnalyses.of(tiny.model).texts(tiny.corpus).space(tiny.space).maxTokens(64);
  }

  @Test
  void theLastLayerIsThatOfAHeldOutSnapshotAndTheLowerOnesDoNotChange() {
    Path run = run();
    LayerProfile profile = analyses().run(run).layers();

    LensConfig config = TinyJob.config().build();
    Snapshot before = HeldOut.snapshot(tiny.model, tiny.corpus, config, false, Progress.NONE);
    int last = tiny.model.config().layers();
    double[] energy = Energy.of(tiny.space.specific(last), before.last().get("xx"));
    Row row = profile.of(Measure.SPECIFIC_ENERGY, "xx").get(last - 1);
    assertThat(row.layer()).isEqualTo(last);
    assertThat(row.before().value())
        .isCloseTo(Arrays.stream(energy).average().orElseThrow(), within(1e-5));
    double[] found = StateMeasures.retrieval(before.last().get("yy"), before.last().get("en"));
    assertThat(profile.of(Measure.RETRIEVAL_TO_CENTRAL, "yy").get(last - 1).before().value())
        .isCloseTo(Arrays.stream(found).average().orElseThrow(), within(1e-9));
    for (Row r : profile.rows()) {
      if (r.layer() < last) {
        assertThat(r.difference().value()).as(r.toString()).isZero();
        assertThat(r.difference().excludesZero()).isFalse();
      }
    }
    assertThat(profile.of(Measure.SPECIFIC_ENERGY, "xx").get(last - 1).difference().value())
        .isNotZero();
  }

  @Test
  void textsThatWereTrainedOnAreMeasuredWithoutTheFrozenLayers() {
    LensConfig config = TinyJob.config().build();
    Path run = run();
    List<Integer> passes = new ArrayList<>();
    try (TrainedWeights trained = TrainedWeights.load(run, tiny.model);
        OverlayWeights after = trained.over(tiny.model)) {
      HeldOut.compare(
          tiny.model,
          after,
          tiny.space,
          tiny.corpus,
          config,
          false,
          tiny.cache(),
          (task, done, total) -> {
            if (done == total && task.equals("measuring")) {
              passes.add((int) total);
            }
          });
    }
    int tokens =
        TrainingJob.prompts(tiny.model, tiny.corpus, config).stream()
            .flatMap(List::stream)
            .mapToInt(TokenSequence::length)
            .sum();
    assertThat(passes).as("passes above the frozen layers only").hasSize(1);
    assertThat(passes.get(0)).isLessThanOrEqualTo(tokens * config.topLayers());
  }

  @Test
  void pointsOfBothSidesLieInOneProjection() {
    Path run = run();
    StatesPca pca = analyses().run(run).pca();
    StatesPca alone = analyses().pca();

    assertThat(pca.view(Space.RAW).points()).hasSize(2 * 3 * TEXTS);
    assertThat(alone.view(Space.RAW).points()).hasSize(3 * TEXTS);
    assertThat(alone.view(Space.RAW).betweenAfter()).isNull();
    assertThat(pca.view(Space.AGNOSTIC).dimensions()).isEqualTo(1);
    assertThat(pca.view(Space.SPECIFIC).dimensions()).isEqualTo(2);
    // Two dimensions are shown whole: distances between points are those of the states.
    LensConfig config = TinyJob.config().build();
    try (TrainedWeights weights = TrainedWeights.load(run, tiny.model)) {
      float[][] after = snapshot(weights, config).get("en");
      float[][] before =
          HeldOut.snapshot(tiny.model, tiny.corpus, config, false, Progress.NONE).last().get("en");
      View specific = pca.view(Space.SPECIFIC);
      double moved =
          Math.hypot(
              specific.points().get(3 * TEXTS).first() - specific.points().get(0).first(),
              specific.points().get(3 * TEXTS).second() - specific.points().get(0).second());
      float[] difference = new float[after[0].length];
      for (int k = 0; k < difference.length; k++) {
        difference[k] = after[0][k] - before[0][k];
      }
      double[] within = tiny.space.projectSpecific(tiny.space.layers(), difference);
      double length = Math.sqrt(Arrays.stream(within).map(x -> x * x).sum());
      assertThat(moved).isCloseTo(length, within(1e-4));
    }
    assertThat(pca.view(Space.SPECIFIC).explained().stream().mapToDouble(x -> x).sum())
        .isCloseTo(1, within(1e-9));
  }

  private Map<String, float[][]> snapshot(TrainedWeights weights, LensConfig config) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    new StatePass(
            States.of(tiny.model, null),
            weights,
            tiny.corpus,
            Pooling.LAST,
            config.systemPrompt(),
            64)
        .run(
            (layer, before, after) -> {
              if (layer == tiny.model.config().layers()) {
                out.putAll(after);
              }
            });
    return out;
  }

  @Test
  void theSharesBetweenLanguagesAreExact() {
    double[][] a = {{1, 0}, {1, 0}};
    double[][] b = {{-1, 0}, {-1, 0}};
    double[][] wide = {{1, 3}, {1, -3}};

    assertThat(LanguageShare.of(List.of(a, b), null, 1).before().value()).isEqualTo(1);
    LanguageShare share = LanguageShare.of(List.of(a, b), List.of(wide, b), 1);
    // Between languages 1; the first varies by 9 around its mean, the second not at all.
    assertThat(share.after().value()).isCloseTo(1 / 5.5, within(1e-12));
    assertThat(share.difference().value()).isCloseTo(1 / 5.5 - 1, within(1e-12));
    assertThat(LanguageShare.of(List.of(a, a), null, 1).before().value()).isZero();
  }

  @Test
  void energyOfAConstructedSpaceIsExact() {
    double[][] specific = {{1, 0, 0}};
    float[][] states = {{2, 0, 0}, {0, 5, 0}, {3, 4, 0}, {0, 0, 0}};

    assertThat(Energy.of(specific, states)).containsExactly(1, 0, 0.36, 0);
    List<float[][]> languages = List.of(new float[][] {{2, 1, 0}}, new float[][] {{0, 1, 2}});
    double[] mean = Energy.mean(languages);
    assertThat(mean).containsExactly(1, 1, 1);
    double variance = Energy.variance(languages, mean);
    assertThat(Energy.of(specific, languages.get(0), mean, variance)).containsExactly(0.5);
  }

  @Test
  void oneTextIsEnoughForFilesAndTheySayWhatThereIs() throws Exception {
    StateAnalyses analyses = analyses().texts(tiny.corpus.part(0, 1)).run(run());
    Path out = folder.resolve("out");

    analyses.pca().analysis().with(analyses.options()).write(out);
    analyses.layers().analysis().write(out);

    assertThat(Files.readString(out.resolve("pca.json")))
        .contains("1 text per language", "\"texts\" : \"1\"");
    assertThat(Files.readAllLines(out.resolve("pca.csv"))).hasSize(1 + 3 * 2 * 3);
    assertThat(Files.readString(out.resolve("pca.svg"))).contains("<svg", "agnostic space");
    assertThat(Files.readAllLines(out.resolve("layers.csv")).get(1))
        .startsWith("1,specific_energy");
    assertThat(Files.readString(out.resolve("layers.svg"))).doesNotContain("NaN");
    assertThat(Files.readString(out.resolve("layers.json"))).doesNotContain("NaN");
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThatThrownBy(() -> StateAnalyses.of(tiny.model).pca())
        .hasMessageContaining("no texts to analyse");
    assertThatThrownBy(() -> StateAnalyses.of(tiny.model).texts(tiny.corpus).layers())
        .hasMessageContaining("needs a language space");
  }
}
