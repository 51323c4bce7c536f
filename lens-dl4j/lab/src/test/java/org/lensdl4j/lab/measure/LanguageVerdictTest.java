package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.measure.LanguageVerdict.Outcome;

class LanguageVerdictTest {
  private static Figure figure(
      String task, Measure measure, String language, double difference, double p) {
    Interval interval = new Interval(difference, difference - 0.1, difference + 0.1);
    Metric metric = Metric.of(measure, 0);
    Verdict verdict = p < 0.05 ? Verdict.of(metric.better(), difference) : Verdict.NONE;
    return new Figure(
        task,
        metric,
        language,
        "run",
        50,
        new Interval(0.5, 0.4, 0.6),
        Double.NaN,
        new Figure.Change(interval, -1, -1, p, p, verdict, 0.1, 9));
  }

  private static LanguageVerdict verdict(Figure... more) {
    List<Figure> all = new ArrayList<>(List.of(more));
    all.add(figure("lcb", Measure.RIGHT_LANGUAGE, Figure.POOLED, 0.3, 0.001));
    return LanguageVerdict.of(all, "run", "en");
  }

  @Test
  void moreAnswersInTheRightLanguageAndNothingWorseIsBetter() {
    LanguageVerdict v = verdict(figure("lcb", Measure.REPETITION, Figure.POOLED, 0.01, 0.4));

    assertThat(v.outcome()).isEqualTo(Outcome.BETTER);
    assertThat(v.words()).startsWith("better: more answers").contains("lcb right language +0.300");
  }

  @Test
  void whateverGotWorseIsNamedAndIsNotBetter() {
    for (Figure worse :
        List.of(
            figure("lcb", Measure.REPETITION, Figure.POOLED, 0.2, 0.001),
            figure("lcb", Measure.ANSWER_BITS, Figure.POOLED, 0.2, 0.001),
            figure("translate", Measure.CHRF, Figure.POOLED, -3, 0.001),
            figure("states", Measure.BITS_PER_BYTE, "en", 0.02, 0.001),
            figure("lcb", Measure.RIGHT_LANGUAGE, "en", -0.2, 0.001),
            figure("lcb-mono", Measure.RIGHT_LANGUAGE, Figure.POOLED, -0.2, 0.001))) {
      LanguageVerdict v = verdict(worse);
      assertThat(v.outcome()).as(worse.toString()).isEqualTo(Outcome.AT_A_COST);
      assertThat(v.lost()).containsExactly(worse);
      assertThat(v.words()).contains("but worse: " + worse.task());
    }
  }

  @Test
  void aTaskThatGotBetterOtherwiseIsNoGainOfLanguage() {
    List<Figure> figures =
        List.of(
            figure("lcb", Measure.RIGHT_LANGUAGE, Figure.POOLED, 0.1, 0.3),
            figure("translate", Measure.CHRF, Figure.POOLED, 5, 0.001));

    assertThat(LanguageVerdict.of(figures, "run", "en").outcome()).isEqualTo(Outcome.NONE);
  }

  /** One of many figures that is low by chance, as one in twenty is, is no loss. */
  @Test
  void lossesAreCorrectedForTheirNumber() {
    Figure[] guards = new Figure[10];
    for (int i = 0; i < guards.length; i++) {
      double p = i == 0 ? 0.03 : 0.5;
      guards[i] = figure("task " + i, Measure.REPETITION, Figure.POOLED, 0.1, p);
    }

    assertThat(verdict(guards).outcome()).isEqualTo(Outcome.BETTER);
    assertThat(verdict(guards[0]).outcome()).isEqualTo(Outcome.AT_A_COST);
  }

  @Test
  void ofOneLanguageItsOwnFigureCountsAndOfSeveralTheirMean() {
    Figure one = figure("lcb", Measure.RIGHT_LANGUAGE, "zh", 0.3, 0.001);
    Figure mean = figure("lcb", Measure.RIGHT_LANGUAGE, Figure.POOLED, 0.1, 0.3);

    assertThat(LanguageVerdict.of(List.of(one), "run", "en").outcome()).isEqualTo(Outcome.BETTER);
    assertThat(LanguageVerdict.of(List.of(one, mean), "run", "en").outcome())
        .isEqualTo(Outcome.NONE);
    assertThat(LanguageVerdict.isMeasured(List.of(one), "en")).isTrue();
    assertThat(LanguageVerdict.isMeasured(List.of(one), "zh")).isFalse();
  }
}
