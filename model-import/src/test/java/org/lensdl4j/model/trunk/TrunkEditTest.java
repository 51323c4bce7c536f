package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.TokenSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pass whose states are changed on the way is the pass with the same done by hand. */
class TrunkEditTest {
  private static final Logger LOG = LoggerFactory.getLogger(TrunkEditTest.class);
  private static final int LAYERS = 3;
  private final long seed = Seeds.one();
  private final Random random = new Random(seed);

  TrunkEditTest(TestInfo test) {
    LOG.info("{}: -Dlens.seed={}", test.getDisplayName(), seed);
  }

  /** Turns a state by something that differs with layer, position and side of the prompt's end. */
  private record Turn(Set<Integer> layers) implements StateEdit {
    @Override
    public int lowest() {
      return layers.stream().min(Integer::compare).orElse(LAYERS + 1);
    }

    @Override
    public boolean changes(int layer) {
      return layers.contains(layer);
    }

    @Override
    public void apply(int layer, int position, boolean answer, float[] rows, int at) {
      assertThat(layers).contains(layer);
      float length = 0;
      for (int i = 0; i < 24; i++) {
        length += Math.abs(rows[at + i]);
      }
      rows[at + (layer + position) % 24] += length * (answer ? 0.3f : 0.1f);
    }
  }

  @ParameterizedTest
  @EnumSource
  void equalsTheSameByHandBetweenTwoPasses(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<TokenSequence> texts = texts(tiny);
    int[] answers = answers(texts);
    for (Set<Integer> layers : List.of(Set.of(1), Set.of(2), Set.of(3), Set.of(1, 2, 3))) {
      Turn turn = new Turn(layers);
      try (Trunk plain = Trunk.builder(config, weights).build();
          Trunk edited = Trunk.builder(config, weights).edit(turn).build();
          HiddenStates byHand = plain.embed(texts);
          HiddenStates found = edited.embed(texts)) {
        found.answersFrom(answers);
        for (int layer = 1; layer <= LAYERS; layer++) {
          plain.advance(byHand, layer, Outputs.ALL_TOKENS, null);
          if (layers.contains(layer)) {
            byHand(byHand, turn, layer, answers);
          }
          edited.advance(found, layer, Outputs.ALL_TOKENS, null);
          assertThat(all(found)).isEqualTo(all(byHand));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void neitherBatchesNorSharedTokensMatterBeyondRounding(TinyConfigs tiny) {
    ModelConfig config = tiny.config();
    RandomWeights weights = new RandomWeights(config, random);
    List<TokenSequence> texts = texts(tiny);
    Turn turn = new Turn(Set.of(1, 2, 3));
    float[][] expected = null;
    for (boolean share : new boolean[] {true, false}) {
      for (int batch : new int[] {1, 7, 1000}) {
        for (Outputs outputs : Outputs.values()) {
          try (Trunk trunk =
                  Trunk.builder(config, weights)
                      .sharePrefix(share)
                      .batchTokens(batch)
                      .edit(turn)
                      .build();
              HiddenStates states = trunk.embed(texts)) {
            states.answersFrom(answers(texts));
            trunk.advance(states, LAYERS, outputs, null);
            float[][] last = Pooling.LAST.of(states);
            expected = expected == null ? last : expected;
            close(last, expected);
          }
        }
      }
    }
  }

  @Test
  void threadsDoNotChangeABit() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<TokenSequence> texts = texts(tiny);
    List<float[][]> found = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      try (Trunk trunk =
              Trunk.builder(tiny.config(), weights)
                  .threads(threads)
                  .batchTokens(20)
                  .edit(new Turn(Set.of(1, 2)))
                  .build();
          HiddenStates states = trunk.embed(texts)) {
        trunk.advance(states, LAYERS, Outputs.ALL_TOKENS, null);
        found.add(all(states));
      }
    }
    assertThat(found.get(1)).isEqualTo(found.get(0));
    assertThat(found.get(2)).isEqualTo(found.get(0));
  }

  @Test
  void nothingToChangeChangesNothing() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<TokenSequence> texts = texts(tiny);
    try (Trunk plain = Trunk.builder(tiny.config(), weights).build();
        Trunk edited = Trunk.builder(tiny.config(), weights).edit(new Turn(Set.of())).build();
        HiddenStates without = plain.embed(texts);
        HiddenStates with = edited.embed(texts)) {
      plain.advance(without, LAYERS, Outputs.ALL_TOKENS, null);
      edited.advance(with, LAYERS, Outputs.ALL_TOKENS, null);
      assertThat(all(with)).isEqualTo(all(without));
    }
  }

  /** A padding token is changed as at the position where it stands. */
  @Test
  void paddingStandsAtItsPosition() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    TokenSequence text = tiny.text(random, 6, 1);
    List<Integer> seen = new ArrayList<>();
    StateEdit notes =
        new StateEdit() {
          @Override
          public int lowest() {
            return 2;
          }

          @Override
          public boolean changes(int layer) {
            return layer == 2;
          }

          @Override
          public void apply(int layer, int position, boolean answer, float[] rows, int at) {
            assertThat(layer).isEqualTo(2);
            assertThat(answer).isEqualTo(position == 9);
            seen.add(position);
          }
        };
    try (Trunk trunk = Trunk.builder(tiny.config(), weights).threads(1).edit(notes).build();
        HiddenStates states = trunk.embed(List.of(new TokenSequence(text.ids(), 9)))) {
      trunk.advance(states, LAYERS, Outputs.ALL_TOKENS, null);
    }
    assertThat(seen).containsExactly(0, 1, 2, 3, 4, 9);
  }

  @Test
  void textsThatShareTokensButDoNotAnswerAlikeAreSeparated() {
    TinyConfigs tiny = TinyConfigs.GROUPED;
    RandomWeights weights = new RandomWeights(tiny.config(), random);
    List<TokenSequence> texts = texts(tiny);
    int[] answers = answers(texts);
    answers[1] = 1;
    Turn turn = new Turn(Set.of(1, 2));
    try (Trunk trunk = Trunk.builder(tiny.config(), weights).edit(turn).build();
        Trunk alone = Trunk.builder(tiny.config(), weights).sharePrefix(false).edit(turn).build();
        HiddenStates together = trunk.embed(texts);
        HiddenStates expected = alone.embed(texts)) {
      together.answersFrom(answers);
      expected.answersFrom(answers);
      assertThatThrownBy(() -> trunk.advance(together, LAYERS, Outputs.ALL_TOKENS, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("texts 0 and 1 answer from different positions");
      try (HiddenStates separate = together.separate()) {
        trunk.advance(separate, LAYERS, Outputs.ALL_TOKENS, null);
        alone.advance(expected, LAYERS, Outputs.ALL_TOKENS, null);
        assertThat(all(separate)).isEqualTo(all(expected));
      }
      assertThatThrownBy(() -> together.answersFrom(new int[] {0})).hasMessageContaining("1 texts");
      answers[0] = texts.get(0).length();
      assertThatThrownBy(() -> together.answersFrom(answers)).hasMessageContaining("text 0");
    }
  }

  private static void byHand(HiddenStates states, StateEdit edit, int layer, int[] answers) {
    int d = states.hiddenSize();
    float[] row = new float[d];
    for (int text = -1; text < states.texts(); text++) {
      int from = text < 0 ? 0 : states.prefixLength;
      int to = text < 0 ? states.prefixLength : states.length(text);
      for (int position = from; position < to; position++) {
        long at = text < 0 ? position : states.starts[text] + position - states.prefixLength;
        states.area.read(at * d, row, 0, d);
        edit.apply(layer, position, text >= 0 && position >= answers[text], row, 0);
        states.area.write(at * d, row, 0, d);
      }
    }
  }

  private static float[][] all(HiddenStates states) {
    List<float[]> out = new ArrayList<>();
    for (int text = 0; text < states.texts(); text++) {
      for (int position = 0; position < states.length(text); position++) {
        float[] row = new float[states.hiddenSize()];
        states.token(text, position, row);
        out.add(row);
      }
    }
    return out.toArray(float[][]::new);
  }

  /** Three common tokens; answers begin after them. */
  private List<TokenSequence> texts(TinyConfigs tiny) {
    List<TokenSequence> texts = new ArrayList<>();
    for (int length : new int[] {4, 30, 5, 11, 40, 9}) {
      TokenSequence text = tiny.text(random, length, 7, 8, 9);
      text.ids()[3] = texts.size();
      texts.add(text);
    }
    return texts;
  }

  private int[] answers(List<TokenSequence> texts) {
    return texts.stream().mapToInt(t -> 3 + (t.length() - 3) / 2).toArray();
  }

  private static void close(float[][] found, float[][] expected) {
    for (int r = 0; r < expected.length; r++) {
      double largest = 0;
      double worst = 0;
      for (int i = 0; i < expected[r].length; i++) {
        assertThat(Float.isFinite(found[r][i])).isTrue();
        largest = Math.max(largest, Math.abs(expected[r][i]));
        worst = Math.max(worst, Math.abs(expected[r][i] - found[r][i]));
      }
      assertThat(worst).isLessThan(4e-5 * largest);
    }
  }
}
