package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.TokenSequence;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class TrunkTest {
  private static final Logger LOG = LoggerFactory.getLogger(TrunkTest.class);
  private final long seed = Seeds.one();
  private final Random random = new Random(seed);

  TrunkTest(TestInfo test) {
    LOG.info("{}: -Dlens.seed={}", test.getDisplayName(), seed);
  }

  @ParameterizedTest
  @EnumSource
  void equalsTheReferenceOnEveryTokenOfEveryLayer(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<TokenSequence> texts = texts(tiny);
    Reference reference = new Reference(config, weights);
    List<double[][][]> expected = texts.stream().map(reference::states).toList();
    for (boolean share : new boolean[] {true, false}) {
      for (int batch : new int[] {1, 7, 1000}) {
        try (Trunk trunk =
                Trunk.builder(config, weights).sharePrefix(share).batchTokens(batch).build();
            HiddenStates states = trunk.embed(texts)) {
          assertThat(states.prefixLength()).isEqualTo(share ? 3 : 0);
          check(states, expected);
          trunk.advance(states, 3, Outputs.ALL_TOKENS, (layer, s) -> check(s, expected));
          assertThat(states.layer()).isEqualTo(3);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void lastTokenPassYieldsTheLastTokens(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<TokenSequence> texts = texts(tiny);
    Reference reference = new Reference(config, weights);
    List<double[][][]> expected = texts.stream().map(reference::states).toList();
    for (int batch : new int[] {1, 7, 1000}) {
      try (Trunk trunk = Trunk.builder(config, weights).batchTokens(batch).build();
          HiddenStates states = trunk.embed(texts)) {
        trunk.advance(states, 2, Outputs.ALL_TOKENS, null);
        trunk.advance(states, 3, Outputs.LAST_TOKEN, null);
        float[] state = new float[config.hiddenSize()];
        for (int i = 0; i < texts.size(); i++) {
          states.last(i, state);
          close(state, expected.get(i)[3][texts.get(i).length() - 1]);
        }
        assertThatThrownBy(() -> states.mean(0, state)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> states.token(0, 0, state))
            .isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void groupsThatAdvanceTogetherAreAsIfEachWereAlone(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<TokenSequence> texts = texts(tiny);
    List<List<TokenSequence>> groups = List.of(texts.subList(1, 2), texts, texts.subList(0, 2));
    try (Trunk trunk = Trunk.builder(config, weights).batchTokens(7).build()) {
      List<HiddenStates> together = groups.stream().map(trunk::embed).toList();
      List<Integer> layers = new ArrayList<>();
      trunk.advance(together, 2, Outputs.ALL_TOKENS, layers::add);
      trunk.advance(together, 3, Outputs.LAST_TOKEN, layers::add);
      assertThat(layers).containsExactly(1, 2, 3);
      for (int g = 0; g < groups.size(); g++) {
        try (HiddenStates alone = trunk.embed(groups.get(g));
            HiddenStates states = together.get(g)) {
          trunk.advance(alone, 3, Outputs.LAST_TOKEN, null);
          float[] expected = new float[config.hiddenSize()];
          float[] found = new float[config.hiddenSize()];
          for (int i = 0; i < alone.texts(); i++) {
            alone.last(i, expected);
            states.last(i, found);
            assertThat(found).containsExactly(expected);
          }
        }
      }
    }
  }

  @Test
  void groupsAtDifferentLayersAreRefused() {
    ModelConfig config = TinyConfigs.GROUPED.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<TokenSequence> texts = List.of(TokenSequence.of(5, 6, 7));
    try (Trunk trunk = Trunk.builder(config, weights).build();
        HiddenStates ahead = trunk.embed(texts);
        HiddenStates behind = trunk.embed(texts)) {
      trunk.advance(ahead, 1, Outputs.ALL_TOKENS, null);
      assertThatThrownBy(() -> trunk.advance(List.of(ahead, behind), 2, Outputs.ALL_TOKENS, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layers 1 and 0");
    }
  }

  @Test
  void padSeesAllRealTokensFromItsOwnPosition() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<TokenSequence> texts = new ArrayList<>();
    for (int length : new int[] {2, 4, 9, 12}) {
      TokenSequence real = tiny.text(random, length, 5);
      texts.add(new TokenSequence(real.ids(), 24 - length));
    }
    texts.add(tiny.text(random, 9, 5));
    Reference reference = new Reference(tiny.config(), weights);
    List<double[][][]> expected = texts.stream().map(reference::states).toList();
    for (int batch : new int[] {3, 1000}) {
      try (Trunk trunk = Trunk.builder(tiny.config(), weights).batchTokens(batch).build();
          HiddenStates states = trunk.embed(texts)) {
        trunk.advance(states, 2, Outputs.ALL_TOKENS, (layer, s) -> check(s, expected));
        trunk.advance(states, 3, Outputs.LAST_TOKEN, null);
        float[] state = new float[tiny.config().hiddenSize()];
        for (int i = 0; i < texts.size(); i++) {
          states.last(i, state);
          close(state, expected.get(i)[3][texts.get(i).length() - 1]);
        }
      }
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<TokenSequence> texts = texts(tiny);
    List<float[]> first = new ArrayList<>();
    for (int threads : new int[] {1, 2, 5}) {
      try (Trunk trunk =
              Trunk.builder(tiny.config(), weights).threads(threads).batchTokens(8).build();
          HiddenStates states = trunk.embed(texts)) {
        trunk.advance(states, 3, Outputs.ALL_TOKENS, null);
        for (int i = 0; i < texts.size(); i++) {
          try (INDArray rows = states.rows(i)) {
            float[] flat = rows.reshape(rows.length()).toFloatVector();
            if (threads == 1) {
              first.add(flat);
            }
            assertThat(flat).isEqualTo(first.get(i));
          }
        }
      }
    }
  }

  @Test
  void logitsAreTheHeadsProducts() {
    for (TinyConfigs tiny : List.of(TinyConfigs.GROUPED, TinyConfigs.BIASES)) {
      RandomWeights weights = new RandomWeights(tiny.config(), random);
      Reference reference = new Reference(tiny.config(), weights);
      TokenSequence text = tiny.text(random, 6);
      double[] expected = reference.logits(reference.states(text)[3][5]);
      try (Trunk trunk = Trunk.builder(tiny.config(), weights).build();
          HiddenStates states = trunk.embed(List.of(text))) {
        trunk.advance(states, 3, Outputs.LAST_TOKEN, null);
        float[] state = new float[tiny.config().hiddenSize()];
        states.last(0, state);
        try (INDArray hidden = Nd4j.createFromArray(state).reshape(1, state.length);
            INDArray logits = trunk.logits(hidden)) {
          assertThat(logits.shape()).containsExactly(1, tiny.config().vocabSize());
          close(logits.reshape(logits.length()).toFloatVector(), expected);
        }
      }
    }
  }

  @Test
  void progressReachesItsTotal() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<Long> seen = new ArrayList<>();
    try (Trunk trunk =
            Trunk.builder(tiny.config(), weights)
                .batchTokens(5)
                .progress(
                    "probing",
                    (task, done, total) -> {
                      assertThat(task).isEqualTo("probing");
                      assertThat(done).isBetween(1L, total);
                      seen.add(total - done);
                    })
                .build();
        HiddenStates states = trunk.embed(texts(tiny))) {
      trunk.advance(states, 3, Outputs.LAST_TOKEN, null);
    }
    assertThat(seen).isSortedAccordingTo((a, b) -> Long.compare(b, a)).endsWith(0L);
  }

  @Test
  void refusesWhatItCannotRun() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    try (Trunk trunk = Trunk.builder(tiny.config(), weights).build()) {
      assertThatThrownBy(() -> trunk.embed(List.of())).hasMessageContaining("no texts");
      assertThatThrownBy(() -> trunk.embed(List.of(TokenSequence.of(1), TokenSequence.of())))
          .hasMessageContaining("text 1 has no tokens");
      assertThatThrownBy(() -> trunk.embed(List.of(TokenSequence.of(1, 50))))
          .hasMessageContaining("id 50")
          .hasMessageContaining("50");
      assertThatThrownBy(() -> trunk.embed(List.of(TokenSequence.of(new int[5000]))))
          .hasMessageContaining("4096");
      assertThatThrownBy(() -> trunk.embed(List.of(new TokenSequence(new int[] {1}, 3))))
          .hasMessageContaining("pad");
      try (HiddenStates states = trunk.embed(List.of(TokenSequence.of(1, 2)))) {
        assertThatThrownBy(() -> trunk.advance(states, 4, Outputs.ALL_TOKENS, null))
            .hasMessageContaining("from layer 0 to 4 of 3");
        trunk.advance(states, 1, Outputs.LAST_TOKEN, null);
        assertThatThrownBy(() -> trunk.advance(states, 2, Outputs.ALL_TOKENS, null))
            .hasMessageContaining("last tokens only");
      }
    }
  }

  @Test
  void aFailureInAWorkerReachesTheCaller() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    weights.forget("model.layers.1.mlp.up_proj.weight");
    try (Trunk trunk = Trunk.builder(tiny.config(), weights).build();
        HiddenStates states = trunk.embed(texts(tiny))) {
      assertThatThrownBy(() -> trunk.advance(states, 3, Outputs.ALL_TOKENS, null))
          .hasMessageContaining("model.layers.1.mlp.up_proj.weight");
      assertThat(states.layer()).isEqualTo(1);
    }
  }

  @Test
  void statesOfAFailedPassAreNotReadAgain() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    boolean[] fail = {true};
    try (Trunk trunk =
            Trunk.builder(tiny.config(), weights)
                .batchTokens(8)
                .progress(
                    "x",
                    (task, done, total) -> {
                      if (fail[0] && done > total / 2) {
                        throw new IllegalArgumentException("on purpose");
                      }
                    })
                .build();
        HiddenStates states = trunk.embed(texts(tiny));
        HiddenStates copy = states.copy()) {
      assertThatThrownBy(() -> trunk.advance(states, 3, Outputs.ALL_TOKENS, null))
          .hasMessage("on purpose");
      float[] state = new float[states.hiddenSize()];
      assertThatThrownBy(() -> states.last(0, state)).hasMessageContaining("failed on the way");
      assertThatThrownBy(() -> trunk.advance(states, 3, Outputs.ALL_TOKENS, null))
          .hasMessageContaining("failed on the way");
      fail[0] = false;
      trunk.advance(copy, 3, Outputs.ALL_TOKENS, null);
    }
  }

  /** Nothing native is left behind: 4 MB a round would be seen. */
  @Test
  void nativeMemoryStaysFlat() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<TokenSequence> texts = texts(tiny);
    long before = 0;
    for (int round = 0; round < 40; round++) {
      try (Trunk trunk = Trunk.builder(tiny.config(), weights).build();
          HiddenStates states = trunk.embed(texts)) {
        trunk.advance(states, 3, Outputs.LAST_TOKEN, null);
      }
      if (round == 5) {
        before = Pointer.physicalBytes();
      }
    }
    assertThat(Pointer.physicalBytes() - before).isLessThan(60L << 20);
  }

  /** Texts of many lengths, the shortest of one own token, with three common ones. */
  private List<TokenSequence> texts(TinyConfigs tiny) {
    List<TokenSequence> texts = new ArrayList<>();
    for (int length : new int[] {4, 30, 5, 11, 70, 9}) {
      TokenSequence text = tiny.text(random, length, 7, 8, 9);
      text.ids()[3] = texts.size();
      texts.add(text);
    }
    return texts;
  }

  private static void check(HiddenStates states, List<double[][][]> expected) {
    float[] state = new float[states.hiddenSize()];
    for (int text = 0; text < states.texts(); text++) {
      double[][] rows = expected.get(text)[states.layer()];
      assertThat(states.length(text)).isEqualTo(rows.length);
      double[] mean = new double[state.length];
      for (int t = 0; t < rows.length; t++) {
        states.token(text, t, state);
        close(state, rows[t]);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += rows[t][i] / rows.length;
        }
      }
      states.last(text, state);
      close(state, rows[rows.length - 1]);
      states.mean(text, state);
      close(state, mean);
    }
  }

  /** float32 over three small layers: 2e-5 of the largest value is about ten roundings. */
  private static void close(float[] actual, double[] expected) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(Float.isFinite(actual[i])).isTrue();
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertThat(worst).isLessThan(2e-5 * largest);
  }
}
