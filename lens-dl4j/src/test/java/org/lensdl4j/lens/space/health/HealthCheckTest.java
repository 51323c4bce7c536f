package org.lensdl4j.lens.space.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LayerStates;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

/** Spaces that were planted: strong ones are trusted, absent and confounded ones are not. */
class HealthCheckTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "sw", "bn");
  private static final int SIZE = 20;

  @TempDir Path folder;

  /**
   * States of parallel texts: what is said, noise, and the language.
   *
   * @param lengths of the languages' differences along orthogonal directions, {@code [L - 1]}
   */
  private static LayerStates states(Random random, int texts, double[] lengths, boolean parallel) {
    double[][] directions = PlainLens.basis(new Random(7), LANGUAGES.size(), SIZE);
    double[][] corners = PlainLens.basis(new Random(8), LANGUAGES.size(), LANGUAGES.size());
    double[][] said = PlainLens.normal(random, texts, SIZE);
    float[][][] out = new float[LANGUAGES.size()][texts][SIZE];
    for (int l = 0; l < out.length; l++) {
      double[][] own = PlainLens.normal(random, texts, SIZE);
      for (int t = 0; t < texts; t++) {
        for (int i = 0; i < SIZE; i++) {
          double x = own[t][i] + (parallel ? said[t][i] : 0);
          for (int k = 0; k < lengths.length; k++) {
            x += lengths[k] * corners[k][l] * directions[k][i];
          }
          out[l][t][i] = (float) x;
        }
      }
    }
    return new LayerStates(1, LANGUAGES, "en", out, parallel);
  }

  private static LayerHealth check(HealthCheck.Builder builder, LayerStates states) {
    HealthCheck check = builder.build();
    check.visit(states);
    return check.result().layer(1);
  }

  @Test
  void strongSpacesAreTrusted() {
    Seeds.forAll(
        4,
        random -> {
          for (boolean parallel : new boolean[] {true, false}) {
            LayerStates states = states(random, 100, new double[] {9, 7, 5}, parallel);
            LayerHealth health = check(HealthCheck.builder().draws(60).seed(1), states);
            assertThat(health.warnings()).isEmpty();
            assertThat(health.suggestedRank()).isEqualTo(3);
            assertThat(health.splitHalf().median()).isGreaterThan(0.9);
            assertThat(health.largestAngle().high()).isLessThan(25);
            assertThat(health.angles()).hasSize(3);
          }
        });
  }

  @Test
  void directionsThatAreNotThereAreNotSuggested() {
    Seeds.forAll(
        4,
        random -> {
          LayerStates states = states(random, 100, new double[] {9, 7}, true);
          LayerHealth health = check(HealthCheck.builder().draws(100).seed(1), states);
          // The third is one of chance: one in twenty exceeds its limit.
          assertThat(health.suggestedRank()).isBetween(2, 3);
          assertThat(health.trusted()).isFalse();
          LayerHealth lower = check(HealthCheck.builder().draws(60).rank(2), states);
          assertThat(lower.warnings()).isEmpty();
        });
  }

  /** A weak direction beside a strong one is found: the strong one's shuffled part is not noise. */
  @Test
  void strongDirectionsDoNotHideWeakOnes() {
    LayerStates states = states(new Random(3), 60, new double[] {200, 3}, true);
    assertThat(check(HealthCheck.builder().draws(100), states).suggestedRank())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void withoutLanguagesTheNullIsRejectedAtItsRate() {
    long seed = Seeds.one();
    Random random = new Random(seed);
    for (boolean parallel : new boolean[] {true, false}) {
      int rejected = 0;
      int times = 150;
      for (int i = 0; i < times; i++) {
        LayerStates states = states(random, 12, new double[0], parallel);
        TextSample sample = TextSample.of(states.states(), null, parallel);
        LabelPermutations test =
            LabelPermutations.of(sample, sample.means(), 39, new Seeding(random.nextLong(), 1));
        rejected += test.suggestedRank() > 0 ? 1 : 0;
      }
      // 7.5 expected; the bounds leave out one run in some 10,000.
      assertThat(rejected).as("parallel %s, seed %d", parallel, seed).isBetween(0, 19);
      assertThat(rejected).as("parallel %s, seed %d", parallel, seed).isPositive();
    }
  }

  @Test
  void absentSpacesAreWarnedOf() {
    LayerStates states = states(new Random(5), 100, new double[0], true);
    LayerHealth health = check(HealthCheck.builder().draws(60).seed(3), states);
    assertThat(health.trusted()).isFalse();
    assertThat(health.splitHalf().median()).isLessThan(0.5);
    assertThat(health.largestAngle().high()).isGreaterThan(45);
  }

  @Test
  void fewTextsAreWarnedOf() {
    LayerStates states = states(new Random(5), 12, new double[] {60, 50, 40}, true);
    assertThat(check(HealthCheck.builder().draws(30), states).warnings())
        .containsExactly("few texts: a language has 12, expected 30 or more");
    assertThatThrownBy(
            () ->
                check(
                    HealthCheck.builder(), states(new Random(5), 3, new double[] {6, 5, 4}, true)))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("found 3 texts");
  }

  /** Each language's texts have a topic of their own, which lies in the space then. */
  @Test
  void topicsThatGoWithLanguagesAreWarnedOf() {
    Seeds.forAll(
        4,
        random -> {
          double[] lengths = {9, 7, 5};
          LayerStore parallel = new LayerStore(folder);
          parallel.visit(states(random, 120, lengths, true));
          LayerStates same = states(random, 100, lengths, false);
          HealthCheck.Builder builder = HealthCheck.builder().draws(60).against(parallel);
          LayerHealth fine = check(builder, same);
          assertThat(fine.other().between().median()).isGreaterThan(0.9);
          assertThat(fine.warnings()).isEmpty();
          double[][] topics = PlainLens.basis(random, LANGUAGES.size(), SIZE);
          for (int l = 0; l < topics.length; l++) {
            for (float[] state : same.states()[l]) {
              for (int i = 0; i < SIZE; i++) {
                state[i] += (float) (6 * topics[l][i]);
              }
            }
          }
          LayerHealth confounded = check(builder, same);
          assertThat(confounded.other().differ()).isTrue();
          assertThat(confounded.warnings()).anyMatch(w -> w.startsWith("confounded"));
        });
  }

  @Test
  void resultsFollowTheSeedAndNotTheNumberOfThreads() {
    LayerStates states = states(new Random(5), 40, new double[] {6, 5, 4}, true);
    LayerHealth one = check(HealthCheck.builder().draws(40).seed(1), states);
    LayerHealth again = check(HealthCheck.builder().draws(40).seed(1), states);
    LayerHealth other = check(HealthCheck.builder().draws(40).seed(2), states);
    assertThat(again).isEqualTo(one).isNotEqualTo(other);
  }

  @Test
  void standardisedHealthDoesNotSeeTheScaleOfCoordinates() {
    LayerStates states = states(new Random(5), 40, new double[] {6, 5, 4}, true);
    HealthCheck.Builder builder =
        HealthCheck.builder().draws(30).coordinates(LossCoordinates.STANDARDISED);
    LayerHealth before = check(builder, states);
    for (float[][] own : states.states()) {
      for (float[] state : own) {
        IntStream.range(0, SIZE).forEach(i -> state[i] *= i % 4 == 0 ? 512 : 1);
      }
    }
    LayerHealth after = check(builder, states);
    assertThat(after.largestAngle().median())
        .isCloseTo(before.largestAngle().median(), org.assertj.core.api.Assertions.within(1e-6));
    assertThat(check(HealthCheck.builder().draws(30), states).largestAngle().median())
        .isNotCloseTo(before.largestAngle().median(), org.assertj.core.api.Assertions.within(1e-2));
  }

  @Test
  void hasAJsonFormAndWords() {
    HealthCheck check = HealthCheck.builder().draws(30).notParallel().build();
    check.visit(states(new Random(5), 12, new double[] {60, 50}, true));
    SpaceHealth health = check.result();
    assertThat(SpaceHealth.fromJson(health.toJson())).isEqualTo(health);
    assertThat(health.stats())
        .contains(
            "4 languages, 12 texts (not parallel) of each, rank 3",
            "Do not trust the space at 1 of 1 layers",
            "- layer 1: few texts",
            "was not looked into");
    assertThat(HealthText.ranges(List.of(1, 2, 3, 7, 9, 10))).isEqualTo("1-3, 7, 9-10");
    assertThatThrownBy(() -> SpaceHealth.fromJson("{\"rank\": 3, \"no\": 1}"))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("space health");
    assertThatThrownBy(() -> HealthCheck.builder().draws(3)).hasMessageContaining("draws: found 3");
  }
}
