package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

/** The forms in which figures are kept. */
class FigureTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void whatIsWrittenIsReadAgain() {
    Seeds.forAll(
        50,
        random -> {
          Figure figure = figure(random);
          Metric metric = Metric.fromJson(JSON.readTree(figure.metric().toJson().toString()));
          assertThat(metric).isEqualTo(figure.metric());
          assertThat(Figure.fromJson(JSON.readTree(figure.toJson().toString()), metric))
              .isEqualTo(figure);
        });
  }

  private static Figure figure(Random random) {
    Measure measure = Measure.values()[random.nextInt(Measure.values().length)];
    Metric metric =
        random.nextBoolean()
            ? Metric.of(measure, random.nextInt(4))
            : Metric.share("acc", "right", random.nextBoolean() ? 0.25 : Double.NaN);
    double difference = random.nextGaussian();
    Figure.Change change =
        random.nextBoolean()
            ? null
            : new Figure.Change(
                interval(random, difference),
                random.nextInt(9) - 1,
                -1,
                random.nextDouble(),
                random.nextDouble(),
                random.nextBoolean() ? Verdict.NONE : Verdict.of(metric.better(), difference),
                random.nextDouble(),
                random.nextInt(1000));
    if (change != null && change.gained() >= 0) {
      change =
          new Figure.Change(
              change.difference(),
              change.gained(),
              random.nextInt(9),
              change.p(),
              change.adjusted(),
              change.verdict(),
              change.shown(),
              change.needed());
    }
    return new Figure(
        "task",
        metric,
        "sw",
        "run",
        random.nextInt(100),
        interval(random, random.nextGaussian()),
        random.nextBoolean() ? Double.NaN : random.nextDouble(),
        change);
  }

  private static Interval interval(Random random, double value) {
    return new Interval(value, value - random.nextDouble(), value + random.nextDouble());
  }

  @Test
  void aComparisonIsReadAgainAndEachChangeIsTwoFigures() throws Exception {
    List<Change> changes = new ArrayList<>();
    Random random = new Random(3);
    for (Measure measure : Measure.values()) {
      changes.add(new Change(measure, "zh", random.nextDouble(), 2, interval(random, 1.5), 7));
    }
    Comparison comparison = new Comparison("en", 7, changes);
    Comparison read = Comparison.fromJson(JSON.readTree(comparison.toJson()));
    assertThat(read).isEqualTo(comparison);
    List<Figure> figures = read.figures("before", "run");
    assertThat(figures).hasSize(2 * changes.size());
    assertThat(figures.get(0).change()).isNull();
    assertThat(figures.get(1).value().value()).isEqualTo(2);
    assertThat(figures.get(1).change().verdict()).isEqualTo(Verdict.BETTER);
    assertThatThrownBy(
            () -> Comparison.fromJson(JSON.readTree("{\"changes\":[{\"measure\":\"speed\"}]}")))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("measure: found speed");
  }

  @Test
  void theLayerIsReadOfTheNameOnce() {
    assertThat(Metric.named("cosine_agnostic@12"))
        .isEqualTo(Metric.of(Measure.AGNOSTIC_COSINE, 12));
    assertThat(Metric.named("bits_per_byte")).isEqualTo(Metric.of(Measure.BITS_PER_BYTE, 0));
    assertThat(Metric.named("a@b").layer()).isZero();
    assertThat(Metric.named("a@b").name()).isEqualTo("a@b");
  }
}
