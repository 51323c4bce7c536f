package org.lensdl4j.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.RandomWeights;
import org.lensdl4j.model.trunk.Reference;
import org.lensdl4j.model.trunk.TinyConfigs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class GeneratorTest {
  private static final Logger LOG = LoggerFactory.getLogger(GeneratorTest.class);
  private final long seed = Seeds.one();
  private final Random random = new Random(seed);

  GeneratorTest(TestInfo test) {
    LOG.info("{}: -Dlens.seed={}", test.getDisplayName(), seed);
  }

  /** Each token must be the best, or as good as the best, for the reference reading everything. */
  @ParameterizedTest
  @EnumSource
  void greedyTokensAreTheBestOfTheWholeSequenceReadAgain(TinyConfigs tiny) {
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    Reference reference = new Reference(tiny.config(), weights);
    int[] prompt = tiny.text(random, 7).ids();
    try (Generator generator = new Generator(tiny.config(), weights)) {
      int[] out = generator.generate(prompt, Sampling.greedy(), 12, TokenListener.NONE);
      assertThat(out).doesNotContain(2);
      int[] all = Arrays.copyOf(prompt, prompt.length + out.length);
      System.arraycopy(out, 0, all, prompt.length, out.length);
      double[][][] states = reference.states(TokenSequence.of(all));
      for (int i = 0; i <= out.length && i < 12; i++) {
        double[] logits = reference.logits(states[tiny.config().layers()][prompt.length - 1 + i]);
        int chosen = i < out.length ? out[i] : 2;
        double best = Arrays.stream(logits).max().orElseThrow();
        assertThat(logits[chosen]).isGreaterThan(best - 1e-4);
      }
    }
  }

  @Test
  void laterPromptsDoNotFeelEarlierOnes() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    int[] first = tiny.text(random, 9).ids();
    int[] second = Arrays.copyOf(first, 12);
    second[7] = (second[7] + 1) % 50;
    try (Generator used = new Generator(tiny.config(), weights)) {
      for (int[] prompt : List.of(first, second, first, Arrays.copyOf(first, 4), first)) {
        try (Generator fresh = new Generator(tiny.config(), weights)) {
          assertThat(used.generate(prompt, Sampling.greedy(), 8, TokenListener.NONE))
              .isEqualTo(fresh.generate(prompt, Sampling.greedy(), 8, TokenListener.NONE));
        }
      }
    }
  }

  @Test
  void listenerHearsEveryTokenAndCanStop() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<Integer> heard = new ArrayList<>();
    try (Generator generator = new Generator(withoutEnd(tiny.config()), weights)) {
      int[] out =
          generator.generate(
              new int[] {3, 4},
              new Sampling(1, 0, 1, seed),
              20,
              token -> {
                heard.add(token);
                return heard.size() < 5;
              });
      assertThat(out).hasSize(5);
      assertThat(heard).containsExactly(Arrays.stream(out).boxed().toArray(Integer[]::new));
    }
  }

  @Test
  void theSameSeedYieldsTheSameTokens() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    try (Generator generator = new Generator(withoutEnd(tiny.config()), weights)) {
      int[] prompt = {3, 4};
      Sampling sampling = new Sampling(2, 40, 0.95, 7);
      int[] out = generator.generate(prompt, sampling, 20, TokenListener.NONE);
      assertThat(generator.generate(prompt, sampling, 20, TokenListener.NONE)).isEqualTo(out);
      Sampling other = new Sampling(2, 40, 0.95, 8);
      assertThat(generator.generate(prompt, other, 20, TokenListener.NONE)).isNotEqualTo(out);
    }
  }

  @Test
  void refusesAnEmptyPromptAndStopsAtTheLastPosition() {
    ModelConfig config = withoutEnd(TinyConfigs.GROUPED.config());
    RandomWeights weights = new RandomWeights(config, random);
    try (Generator generator = new Generator(config, weights)) {
      assertThatThrownBy(
              () -> generator.generate(new int[0], Sampling.greedy(), 5, TokenListener.NONE))
          .hasMessageContaining("no tokens");
      assertThatThrownBy(
              () -> generator.generate(new int[] {99}, Sampling.greedy(), 5, TokenListener.NONE))
          .hasMessageContaining("99");
      int[] prompt = new int[config.maxPositions() - 3];
      assertThat(generator.generate(prompt, Sampling.greedy(), 5, TokenListener.NONE)).hasSize(3);
    }
  }

  private static ModelConfig withoutEnd(ModelConfig c) {
    return new ModelConfig(
        c.modelType(),
        c.hiddenSize(),
        c.layers(),
        c.heads(),
        c.keyValueHeads(),
        c.headDim(),
        c.intermediateSize(),
        c.vocabSize(),
        300,
        c.normEpsilon(),
        c.rotary(),
        c.slidingWindow(),
        c.attentionBias(),
        c.outputBias(),
        c.mlpBias(),
        c.tiedHead(),
        c.bosToken(),
        List.of());
  }
}
