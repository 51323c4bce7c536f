package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.model.testing.Seeds;

/** Readings against the terms written out, and the verdict on the budget. */
class HeldOutMonitorTest {
  private static final int D = 7;
  private static final int TEXTS = 5;
  private static final LensRows ROWS = LensRows.cycle("en", List.of("sw", "zh"), TEXTS);

  @Test
  void readingsAreTheTermsOfTheMethod() {
    Seeds.forAll(
        20,
        random -> {
          Space space = new Space(random);
          double[][] before = PlainLens.normal(random, 3 * TEXTS, D);
          double[][] after = PlainLens.normal(random, 3 * TEXTS, D);
          HeldOutMonitor monitor = space.builder().build();
          HeldOutReading start = monitor.read(0, 0, states(before));
          HeldOutReading found = monitor.read(10, 1, states(after));
          assertThat(start.retain()).isZero();
          assertThat(start.drift()).isZero();
          for (String language : List.of("sw", "zh")) {
            int l = language.equals("sw") ? 0 : 1;
            double start2 =
                space.lambda[l]
                    * space.lambda[l]
                    * PlainLens.squares(PlainLens.coordinates(space.specific, space.delta[l]))
                    / D;
            assertThat(start.languages().get(language).separate()).isCloseTo(start2, within(1e-12));
            assertThat(start.languages().get(language).moved()).isZero();
          }
          // The loss sums over languages what a reading holds apart.
          assertThat(sum(found, true))
              .isCloseTo(PlainLens.align(space.agnostic, ROWS, after, after), within(1e-6));
          assertThat(sum(found, false))
              .isCloseTo(
                  PlainLens.separate(
                      space.specific, ROWS, after, before, space.delta, space.lambda),
                  within(1e-6));
          assertThat(found.retain()).isCloseTo(PlainLens.retain(ROWS, after, before), within(1e-6));
        });
  }

  @Test
  void aShiftAlongTheDirectionIsReadAsItsMultiple() {
    Seeds.forAll(
        10,
        random -> {
          Space space = new Space(random);
          double[][] before = PlainLens.normal(random, 3 * TEXTS, D);
          double[][] after = new double[before.length][];
          for (int i = 0; i < before.length; i++) {
            after[i] = before[i].clone();
            for (int k = 0; k < D && i % 3 > 0; k++) {
              after[i][k] += 0.25 * space.delta[i % 3 - 1][k];
            }
          }
          HeldOutMonitor monitor = space.builder().build();
          monitor.setReference(states(before));
          HeldOutReading found = monitor.read(1, 0, states(after));
          assertThat(found.languages().get("zh").moved()).isCloseTo(0.25, within(1e-5));
          assertThat(found.drift()).isZero();
        });
  }

  @Test
  void standardisedReadingsAreThoseOfDividedStates() {
    Seeds.forAll(
        20,
        random -> {
          Space space = new Space(random);
          double[] deviation = factors(random);
          double[] scale = factors(random);
          double[][] before = PlainLens.normal(random, 3 * TEXTS, D);
          double[][] after = PlainLens.normal(random, 3 * TEXTS, D);
          HeldOutReading divided =
              reading(space.builder(), scaled(before, deviation, -1), scaled(after, deviation, -1));
          HeldOutReading standardised =
              reading(
                  space.builder().coordinates(Coordinates.standardised(deviation)), before, after);
          assertClose(standardised, divided);
          // Neither the scale of states nor that of their deviations is seen.
          double[] wider = scaled(new double[][] {deviation}, scale, 1)[0];
          assertClose(
              reading(
                  space.builder().coordinates(Coordinates.standardised(wider)),
                  scaled(before, scale, 1),
                  scaled(after, scale, 1)),
              standardised);
        });
  }

  @Test
  void coordinatesOfAnotherSizeAreRefused() {
    Space space = new Space(new Random(6));
    assertThatThrownBy(
            () -> space.builder().coordinates(Coordinates.standardised(new double[] {1, 2})))
        .hasMessageContaining("of size 2, expected the hidden size 7");
  }

  private static HeldOutReading reading(
      HeldOutMonitor.Builder builder, double[][] before, double[][] after) {
    HeldOutMonitor monitor = builder.build();
    monitor.setReference(states(before));
    return monitor.read(1, 0, states(after));
  }

  private static void assertClose(HeldOutReading found, HeldOutReading expected) {
    for (String language : List.of("sw", "zh")) {
      HeldOutReading.Language a = found.languages().get(language);
      HeldOutReading.Language b = expected.languages().get(language);
      assertThat(a.align()).isCloseTo(b.align(), within(1e-5 * b.align() + 1e-9));
      assertThat(a.separate()).isCloseTo(b.separate(), within(1e-5 * b.separate() + 1e-9));
      assertThat(a.moved()).isCloseTo(b.moved(), within(1e-4));
    }
    assertThat(found.retain()).isCloseTo(expected.retain(), within(1e-5 * expected.retain()));
    assertThat(found.drift()).isCloseTo(expected.drift(), within(1e-5 * expected.drift()));
  }

  /** From 1/16 to 16. */
  private static double[] factors(Random random) {
    return random.doubles(D, -4, 4).map(x -> Math.pow(2, x)).toArray();
  }

  private static double[][] scaled(double[][] rows, double[] factors, int power) {
    double[][] out = new double[rows.length][D];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < D; k++) {
        out[i][k] = rows[i][k] * Math.pow(factors[k], power);
      }
    }
    return out;
  }

  @Test
  void budgetsAreOnRetentionOrDriftAndNotANumberIsOver() {
    Space space = new Space(new Random(3));
    double[][] before = PlainLens.normal(new Random(4), 3 * TEXTS, D);
    double[][] after = new double[before.length][D];
    for (int i = 0; i < before.length; i++) {
      for (int k = 0; k < D; k++) {
        after[i][k] = 1.1 * before[i][k];
      }
    }
    HeldOutMonitor wide = space.builder().driftBudget(0.11).build();
    HeldOutMonitor narrow = space.builder().driftBudget(0.09).build();
    HeldOutMonitor mse = space.builder().retainBudget(1e-9).build();
    for (HeldOutMonitor monitor : List.of(wide, narrow, mse)) {
      assertThat(monitor.overBudget()).isFalse();
      monitor.read(0, 0, states(before));
      assertThat(monitor.overBudget()).isFalse();
      monitor.read(1, 0, states(after));
    }
    assertThat(wide.overBudget()).isFalse();
    assertThat(narrow.overBudget()).isTrue();
    assertThat(mse.overBudget()).isTrue();
    after[0][0] = Double.NaN;
    wide.read(2, 0, states(after));
    assertThat(wide.overBudget()).isTrue();
    assertThat(wide.history()).hasSize(3);
    assertThat(narrow.stats()).contains("sw", "zh", "(budget 0.09000)", "after iteration 1");
    assertThat(narrow.toJson()).contains("\"iteration\":1", "\"zh\":{\"align\":");
  }

  @Test
  void saysWhatDoesNotFit() {
    Space space = new Space(new Random(5));
    assertThatThrownBy(() -> space.builder().lambda("xx", 1))
        .hasMessage("lambda: found language xx, expected one of [sw, zh]");
    assertThatThrownBy(() -> space.builder().driftBudget(-1)).hasMessageContaining("found -1.0");
    assertThatThrownBy(() -> new HeldOutStates(Map.of("en", new float[2][D]), new float[3][D]))
        .hasMessage("found 2 texts of en and 3 central means, expected as many, at least 1");
    assertThatThrownBy(
            () ->
                space
                    .builder()
                    .build()
                    .read(0, 0, new HeldOutStates(Map.of("sw", new float[1][D]), new float[1][D])))
        .hasMessage("held-out states: found [sw], expected en among them");
  }

  private static double sum(HeldOutReading reading, boolean align) {
    return reading.languages().values().stream()
        .mapToDouble(l -> align ? l.align() : l.separate())
        .sum();
  }

  private static HeldOutStates states(double[][] rows) {
    Map<String, float[][]> last = new LinkedHashMap<>();
    for (int l = 0; l < 3; l++) {
      float[][] own = new float[TEXTS][D];
      for (int i = 0; i < TEXTS; i++) {
        for (int k = 0; k < D; k++) {
          own[i][k] = (float) rows[3 * i + l][k];
        }
      }
      last.put(List.of("en", "sw", "zh").get(l), own);
    }
    return new HeldOutStates(last, last.get("en"));
  }

  private static final class Space {
    final double[][] agnostic;
    final double[][] specific;
    final double[][] delta;
    final double[] lambda = {0.5, 1.5};

    Space(Random random) {
      agnostic = PlainLens.basis(random, 1, D);
      specific = PlainLens.basis(random, 2, D);
      delta = PlainLens.normal(random, 2, D);
    }

    HeldOutMonitor.Builder builder() {
      Map<String, double[]> directions = new LinkedHashMap<>();
      directions.put("sw", delta[0]);
      directions.put("zh", delta[1]);
      return HeldOutMonitor.builder("en", agnostic, specific, directions)
          .lambda("sw", lambda[0])
          .lambda("zh", lambda[1]);
    }
  }
}
