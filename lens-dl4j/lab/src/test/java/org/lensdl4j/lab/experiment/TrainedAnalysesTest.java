package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.model.base.Progress;

class TrainedAnalysesTest {
  private static final int TEXTS = 8;

  @TempDir Path folder;
  private TinyJob tiny;
  private Trials trials;
  private LensConfig base;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, TEXTS);
    trials = trials(6, 2);
    base = TinyJob.config().epochs(1).learningRate(1e-2).build();
  }

  private Trials trials(int fit, int measured) {
    return Trials.of(tiny.model)
        .targets("xx", "yy")
        .probeOn(tiny.corpus.part(0, fit).corpus())
        .trainOn(tiny.corpus.part(0, fit))
        .developOn(tiny.corpus.part(fit, fit + measured))
        .cache(folder.resolve("trials"))
        .build();
  }

  @AfterEach
  void close() {
    trials.close();
    tiny.close();
  }

  private static void assertSound(Analysis analysis) {
    assertThat(analysis.svg()).contains("<svg").doesNotContain("NaN", "Infinity");
    assertThat(analysis.csv()).doesNotContain("NaN");
    assertThat(analysis.finding()).endsWith(".").doesNotContain("NaN", "null", "%s");
  }

  @Test
  void aTermLeftOutIsNoPartOfTheLoss() {
    TermAblation ablation = TermAblation.of(trials, base, Progress.NONE);

    assertThat(ablation.arms()).hasSize(7);
    for (Term term : Term.values()) {
      assertThat(ablation.arm("without " + term.label()).term(term)).isZero();
      assertThat(ablation.arm("only " + term.label()).steps()).isNotEmpty();
      for (Term other : Term.values()) {
        if (other != term) {
          assertThat(ablation.arm("only " + term.label()).term(other)).isZero();
        }
      }
    }
    assertThat(ablation.arm("all terms").term(Term.ALIGN)).isPositive();
    assertSound(ablation.analysis());
    assertThatThrownBy(
            () ->
                TermAblation.of(trials, base.toBuilder().align(0).retain(0).build(), Progress.NONE))
        .hasMessageContaining("at least 2");
  }

  @Test
  void theFirstArmIsTheTrialItself() {
    TermAblation ablation = TermAblation.of(trials, base, Progress.NONE);
    TrialResult result = trials.run(base);

    Candidate full = ablation.arm("all terms");
    assertThat(full.steps()).isEqualTo(result.steps());
    assertThat(full.of(Measure.COSINE, "xx").difference().value())
        .isCloseTo(result.change(Measure.COSINE, "xx").difference().value(), within(1e-12));
    assertThat(full.of(Measure.COSINE, Candidate.ALL).difference())
        .isEqualTo(result.pooled(Measure.COSINE).difference());
    assertThat(full.against(full, Measure.COSINE, "xx").difference())
        .isEqualTo(new Interval(0, 0, 0));
  }

  @Test
  void theDiagonalOfInterferenceIsTheBilingualRun() {
    Interference interference = Interference.of(trials, base, Progress.NONE);
    BilingualComparison bilingual = BilingualComparison.of(trials, base, Progress.NONE);

    for (String language : List.of("xx", "yy")) {
      for (Measure measure : List.of(Measure.DISPLACEMENT, Measure.BITS_PER_BYTE)) {
        assertThat(interference.change(measure, language, language))
            .isEqualTo(bilingual.alone().get(language).of(measure, language).difference());
      }
      assertThat(bilingual.alone().get(language).config().languages())
          .containsExactly("en", language);
    }
    assertThat(interference.cosines()[0][1]).isEqualTo(interference.cosines()[1][0]);
    assertThat(interference.predicted()[0][1] * interference.predicted()[1][0])
        .isCloseTo(Math.pow(interference.cosines()[0][1], 2), within(1e-12));
    assertSound(interference.analysis());
    assertSound(bilingual.analysis());
    assertThat(interference.analysis().finding())
        .contains("with 2 languages no correlation can have a p below 0.5");
  }

  @Test
  void aCurveGoesOverItsSettingAndNothingElse() {
    SettingCurve curve =
        SettingCurve.of(trials, base, Setting.LR, List.of(1e-2, 1e-6), Progress.NONE);

    assertThat(curve.points()).extracting(SettingCurve.Point::value).containsExactly(1e-6, 1e-2);
    Candidate idle = curve.points().get(0).candidate();
    Candidate busy = curve.points().get(1).candidate();
    assertThat(Math.abs(idle.of(Measure.COSINE, "xx").difference().value()))
        .isLessThan(Math.abs(busy.of(Measure.COSINE, "xx").difference().value()) / 100);
    assertSound(curve.analysis());
    for (Setting setting : Setting.values()) {
      List<Double> values = setting.usual(base, 4, 6, 6);
      SettingCurve any =
          SettingCurve.of(trials, base, setting, values.subList(0, 1), Progress.NONE);
      assertThat(any.analysis().name()).isEqualTo("curve-" + setting.id());
      assertSound(any.analysis());
    }
    assertThatThrownBy(
            () -> SettingCurve.of(trials, base, Setting.RANK, List.of(1.5), Progress.NONE))
        .hasMessageContaining("whole numbers above 0");
    assertThatThrownBy(() -> Setting.of("depth")).hasMessageContaining("layers, rank, lambda");
  }

  @Test
  void oneTextMeasuredIsEnough() {
    try (Trials few = trials(3, 1)) {
      assertSound(TermAblation.of(few, base, Progress.NONE).analysis());
      assertSound(Interference.of(few, base, Progress.NONE).analysis());
    }
  }

  @Test
  void thePublishedCodesSpaceIsComparedWithTheDefault() {
    assertThatThrownBy(() -> PositionEffect.of(trials, base, Progress.NONE))
        .hasMessageContaining("expected at least 50");
    tiny.close();
    tiny = new TinyJob(folder.resolve("more"), 52);
    try (Trials many = trials(50, 2)) {
      LensConfig config = base.toBuilder().trainTexts(4).build();
      PositionEffect effect = PositionEffect.of(many, config, Progress.NONE);

      assertThat(effect.layers()).hasSize(tiny.model.config().layers());
      assertThat(effect.layers().get(0).largest()).isBetween(0.1, 90.0);
      assertThat(PositionEffect.angles(tiny.space, tiny.space).get(1).largest())
          .isCloseTo(0, within(1e-5));
      assertSound(effect.analysis());
    }
  }
}
