package org.lensdl4j.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class SamplerTest {
  private static final float[] SCORES = {(float) Math.log(0.1), (float) Math.log(0.5), -0f, -99f};

  @Test
  void greedyTakesTheBestAndTheFirstAmongEquals() {
    assertThat(new Sampler(Sampling.greedy()).choose(new float[] {1, 3, 3, -4})).isEqualTo(1);
    assertThat(new Sampler(new Sampling(1, 1, 1, 5)).choose(new float[] {-2, -1})).isEqualTo(1);
  }

  @Test
  void frequenciesFollowTheProbabilities() {
    check(new Sampling(1, 0, 1, 1), 0.1 / 1.6, 0.5 / 1.6, 1 / 1.6);
    check(new Sampling(0.5, 0, 1, 2), 0.01 / 1.26, 0.25 / 1.26, 1 / 1.26);
  }

  @Test
  void topKAndTopPCutTheTail() {
    check(new Sampling(1, 2, 1, 3), 0, 0.5 / 1.5, 1 / 1.5);
    check(new Sampling(1, 0, 0.6, 4), 0, 0, 1);
    check(new Sampling(1, 0, 0.9, 5), 0, 0.5 / 1.5, 1 / 1.5);
    // of the two best, 1 / 1.5 is probability enough, though 1 / 1.6 would not be
    check(new Sampling(1, 2, 0.65, 6), 0, 0, 1);
  }

  /** By sorting all, as long as it takes. */
  @Test
  void theLikeliestAloneGiveTheTokenOfTheWholeVocabulary() {
    Seeds.forAll(
        60,
        random -> {
          float[] scores = new float[500];
          double spread = 0.2 + 20 * random.nextDouble();
          for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (spread * random.nextGaussian());
          }
          double temperature = 0.1 + 2 * random.nextDouble();
          double topP = random.nextInt(3) == 0 ? 1 : 0.05 + 0.95 * random.nextDouble();
          long seed = random.nextLong();
          Sampler sampler = new Sampler(new Sampling(temperature, 0, topP, seed));
          Sampler sorting = new Sampler(new Sampling(temperature, scores.length, topP, seed));
          for (int i = 0; i < 50; i++) {
            assertThat(sampler.choose(scores)).isEqualTo(sorting.choose(scores));
          }
        });
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    assertThatThrownBy(() -> new Sampler(Sampling.greedy()).choose(new float[] {1, Float.NaN}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("token 1");
  }

  @Test
  void refusesImpossibleSettings() {
    assertThatThrownBy(() -> new Sampling(-1, 0, 1, 0)).hasMessageContaining("temperature is -1");
    assertThatThrownBy(() -> new Sampling(Double.NaN, 0, 1, 0)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Sampling(1, -1, 1, 0)).hasMessageContaining("topK is -1");
    assertThatThrownBy(() -> new Sampling(1, 0, 0, 0)).hasMessageContaining("topP is 0");
  }

  private static void check(Sampling sampling, double... expected) {
    Sampler sampler = new Sampler(sampling);
    int[] counts = new int[SCORES.length];
    int n = 20_000;
    for (int i = 0; i < n; i++) {
      counts[sampler.choose(SCORES)]++;
    }
    for (int i = 0; i < expected.length; i++) {
      // five standard deviations at most
      assertThat((double) counts[i] / n).isCloseTo(expected[i], within(0.018));
      if (expected[i] == 0) {
        assertThat(counts[i]).isZero();
      }
    }
  }
}
