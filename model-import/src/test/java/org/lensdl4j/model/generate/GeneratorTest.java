package org.lensdl4j.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.testing.BatchedRequests;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.testing.TestEdit;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.RandomWeights;
import org.lensdl4j.model.trunk.Reference;
import org.lensdl4j.model.trunk.StateEdit;
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

  @ParameterizedTest
  @EnumSource
  void batchesGiveWhatEachTextGivesByItself(TinyConfigs tiny) {
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<Request> requests = BatchedRequests.random(tiny.config(), random, 700);
    assertThat(BatchedRequests.check(tiny.config(), weights, requests, 4, 16)).isZero();
  }

  /** Each token must be the best, or as good as the best, for the reference with the same edit. */
  @ParameterizedTest
  @EnumSource
  void editedTextsAreThoseOfTheReference(TinyConfigs tiny) {
    ModelConfig config = withoutEnd(tiny.config());
    RandomWeights weights = new RandomWeights(config, random);
    Reference reference = new Reference(config, weights);
    List<Request> requests = new ArrayList<>();
    for (Integer[] layers : new Integer[][] {{1}, {2}, {3}, {1, 2, 3}}) {
      int[] prompt = tiny.text(random, 5 + requests.size()).ids();
      TestEdit edit = new TestEdit(random, config.hiddenSize(), layers);
      requests.add(new Request(prompt, Sampling.greedy(), 10).edited(edit));
    }
    try (Generator generator = new Generator(config, weights)) {
      List<Generated> found = generator.generate(requests);
      for (int r = 0; r < found.size(); r++) {
        int[] prompt = requests.get(r).prompt();
        int[] out = found.get(r).tokens();
        int[] all = Arrays.copyOf(prompt, prompt.length + out.length);
        System.arraycopy(out, 0, all, prompt.length, out.length);
        double[][][] states =
            reference.states(TokenSequence.of(all), requests.get(r).edit(), prompt.length);
        for (int i = 0; i < out.length; i++) {
          double[] logits = reference.logits(states[config.layers()][prompt.length - 1 + i]);
          double best = Arrays.stream(logits).max().orElseThrow();
          assertThat(logits[out[i]]).isGreaterThan(best - 1e-4);
        }
      }
    }
  }

  @Test
  void theMarginIsTheSmallestDistanceOfTheTwoBestScores() {
    ModelConfig config = withoutEnd(TinyConfigs.GROUPED.config());
    RandomWeights weights = new RandomWeights(config, random);
    Reference reference = new Reference(config, weights);
    int[] prompt = TinyConfigs.GROUPED.text(random, 9).ids();
    try (Generator generator = new Generator(config, weights)) {
      Request request = new Request(prompt, Sampling.greedy(), 12);
      Generated found = generator.generate(List.of(request)).get(0);
      int[] all = Arrays.copyOf(prompt, prompt.length + 12);
      System.arraycopy(found.tokens(), 0, all, prompt.length, 12);
      double[][][] states = reference.states(TokenSequence.of(all));
      double smallest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 12; i++) {
        double[] logits = reference.logits(states[config.layers()][prompt.length - 1 + i]);
        Arrays.sort(logits);
        smallest = Math.min(smallest, logits[logits.length - 1] - logits[logits.length - 2]);
      }
      assertThat((double) found.margin()).isCloseTo(smallest, within(1e-4));
      assertThat(
              generator
                  .generate(List.of(new Request(prompt, Sampling.greedy(), 0)))
                  .get(0)
                  .margin())
          .isEqualTo(Float.POSITIVE_INFINITY);
    }
  }

  @Test
  void textsAreToldAsTheyEndAndReturnedInOrder() {
    ModelConfig config = withoutEnd(TinyConfigs.GROUPED.config());
    RandomWeights weights = new RandomWeights(config, random);
    List<Request> requests = new ArrayList<>();
    for (int length : new int[] {9, 2, 5, 1, 0, 3}) {
      requests.add(new Request(new int[] {3, 4, length}, Sampling.greedy(), length));
    }
    List<Integer> order = new ArrayList<>();
    try (Generator generator = new Generator(config, weights, 2)) {
      List<Generated> found = generator.generate(requests, (text, i) -> order.add(i));
      assertThat(found.stream().map(f -> f.tokens().length)).containsExactly(9, 2, 5, 1, 0, 3);
    }
    // Two at once: 1 makes room for 2, 2 for 3 and so on.
    assertThat(order).containsExactly(1, 2, 3, 0, 5);
  }

  @Test
  void aBadPromptIsToldByItsNumberBeforeAnythingIsGenerated() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    List<Integer> heard = new ArrayList<>();
    Request good = new Request(new int[] {3, 4}, Sampling.greedy(), 5).heardBy(heard::add);
    Request bad = new Request(new int[] {3, 99}, Sampling.greedy(), 5);
    try (Generator generator =
        new Generator(tiny.config(), new RandomWeights(tiny.config(), random))) {
      assertThatThrownBy(() -> generator.generate(List.of(good, bad)))
          .hasMessage("prompt 2 of 2: token id 99 is outside of the vocabulary of 50");
      assertThat(heard).isEmpty();
    }
  }

  /** What an interrupted call has begun must not reach the next. */
  @Test
  void aFailureOnTheWayLeavesTheGeneratorUsable() {
    ModelConfig config = withoutEnd(TinyConfigs.GROUPED.config());
    RandomWeights weights = new RandomWeights(config, random);
    int[] prompt = TinyConfigs.GROUPED.text(random, 9).ids();
    StateEdit failing =
        new TestEdit(random, config.hiddenSize(), 2) {
          @Override
          public void apply(int layer, int position, boolean answer, float[] rows, int at) {
            if (position == 11) {
              throw new IllegalStateException("position 11");
            }
          }
        };
    Request request = new Request(prompt, Sampling.greedy(), 8);
    try (Generator generator = new Generator(config, weights);
        Generator fresh = new Generator(config, weights)) {
      assertThatThrownBy(() -> generator.generate(List.of(request, request.edited(failing))))
          .hasMessage("position 11");
      assertThat(generator.generate(List.of(request)).get(0).tokens())
          .isEqualTo(fresh.generate(List.of(request)).get(0).tokens());
    }
  }

  @Test
  void nativeMemoryStaysFlat() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<Request> requests = BatchedRequests.random(tiny.config(), random, 60);
    long before = 0;
    for (int round = 0; round < 40; round++) {
      try (Generator generator = new Generator(tiny.config(), weights, 1 + round % 7)) {
        generator.generate(requests);
      }
      if (round == 8) {
        before = Pointer.physicalBytes();
      }
    }
    assertThat(Pointer.physicalBytes() - before).isLessThan(60L << 20);
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
