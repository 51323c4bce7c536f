package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.FamilyVariant.TOLERANCE;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.testing.BatchedRequests;
import org.lensdl4j.model.testing.Seeds;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every family must do: the trunk and the generator compute what transformers computes, on a
 * tiny random model of each variant of {@code make_family_reference.py}.
 */
@ParameterizedClass
@FieldSource("VARIANTS")
class FamilyContractTest {
  static final List<String> VARIANTS = FamilyVariant.ALL;

  @Parameter String variant;
  private TransformerModel model;
  private StoredValues stored;

  @BeforeEach
  void open() {
    FamilyVariant open = FamilyVariant.open(variant);
    model = open.model;
    stored = open.stored;
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void statesOfEveryLayerAndLogits() {
    TokenSequence text = TokenSequence.of(stored.ints("ids"));
    try (Trunk trunk = trunk();
        HiddenStates states = trunk.embed(List.of(text))) {
      compare(states, 0);
      trunk.advance(states, layers(), Outputs.ALL_TOKENS, (layer, s) -> compare(s, layer));
      try (INDArray rows = Nd4j.createFromArray(rows(states, 0));
          INDArray logits = trunk.logits(rows)) {
        assertNear("logits", logits, stored.values("logits"), TOLERANCE);
      }
    }
  }

  @Test
  void lastTokensOfTextsOfSeveralLengths() {
    List<TokenSequence> texts = new ArrayList<>();
    stored.sequences("batch").forEach(ids -> texts.add(TokenSequence.of(ids)));
    lastTokens(texts, "batch.last");
  }

  @Test
  void longPositions() {
    TokenSequence text = TokenSequence.of(stored.ints("long.ids"));
    lastTokens(List.of(text), "long.last");
  }

  /** Long and short texts together, which may differ in how they are turned. */
  @Test
  void longAndShortTexts() {
    int[] ids = stored.ints("long.ids");
    List<TokenSequence> texts = new ArrayList<>();
    for (int[] text : List.of(ids, Arrays.copyOf(ids, 20), Arrays.copyOf(ids, 30))) {
      texts.add(TokenSequence.of(text));
    }
    float[] together = new float[model.config().hiddenSize()];
    float[] alone = together.clone();
    try (Trunk trunk = trunk();
        HiddenStates all = trunk.embed(texts)) {
      trunk.advance(all, layers(), Outputs.LAST_TOKEN, null);
      for (int i = 0; i < texts.size(); i++) {
        try (HiddenStates one = trunk.embed(List.of(texts.get(i)))) {
          trunk.advance(one, layers(), Outputs.LAST_TOKEN, null);
          one.last(0, alone);
          all.last(i, together);
          assertNear("text " + i, Near.doubles(together), Near.doubles(alone), TOLERANCE);
        }
      }
    }
  }

  @Test
  void greedyGeneration() {
    generates(Arrays.copyOf(stored.ints("ids"), 6), "generated");
    int crossing = Integer.parseInt(stored.meta("crossing"));
    generates(Arrays.copyOf(stored.ints("long.ids"), crossing), "crossing");
  }

  /** Also across the length from which on frequencies are those of long texts. */
  @Test
  void batchesGiveWhatEachTextGivesByItself() {
    Seeds.forAll(
        1,
        random -> {
          int crossing = Integer.parseInt(stored.meta("crossing"));
          List<Request> requests =
              BatchedRequests.random(model.config(), random, Math.min(60, crossing));
          for (int i = 0; i < 3; i++) {
            int[] prompt = Arrays.copyOf(stored.ints("long.ids"), crossing - i);
            requests.add(new Request(prompt, Sampling.greedy(), 6));
          }
          assertThat(BatchedRequests.check(model.config(), model.weights(), requests, 5)).isZero();
        });
  }

  private void generates(int[] prompt, String name) {
    int[] expected = stored.ints(name);
    List<Integer> ends = model.config().eosTokens();
    int n = 0;
    while (n < expected.length && !ends.contains(expected[n])) {
      n++;
    }
    try (Generator generator = model.generator()) {
      assertThat(generator.generate(prompt, Sampling.greedy(), expected.length, TokenListener.NONE))
          .as(name)
          .containsExactly(Arrays.copyOf(expected, n));
    }
  }

  private void lastTokens(List<TokenSequence> texts, String name) {
    boolean single = stored.shape(name).length == 2;
    float[] state = new float[model.config().hiddenSize()];
    try (Trunk trunk = trunk();
        HiddenStates states = trunk.embed(texts)) {
      for (int i = 0; single && i < texts.size(); i++) {
        states.last(i, state);
        assertNear("embedding", Near.doubles(state), stored.part(name, 0), TOLERANCE);
      }
      trunk.advance(
          states,
          layers(),
          Outputs.LAST_TOKEN,
          (layer, s) -> {
            for (int i = 0; i < texts.size(); i++) {
              s.last(i, state);
              double[] expected =
                  single ? stored.part(name, layer) : stored.part(name, layer - 1, i);
              String what = "text %d after layer %d".formatted(i, layer);
              assertNear(what, Near.doubles(state), expected, TOLERANCE);
            }
          });
    }
  }

  private Trunk trunk() {
    return Trunk.builder(model.config(), model.weights()).threads(1).build();
  }

  private int layers() {
    return model.config().layers();
  }

  private void compare(HiddenStates states, int layer) {
    float[][] rows = rows(states, 0);
    double[] all = new double[rows.length * states.hiddenSize()];
    for (int t = 0; t < rows.length; t++) {
      System.arraycopy(Near.doubles(rows[t]), 0, all, t * rows[t].length, rows[t].length);
    }
    assertNear("states after layer " + layer, all, stored.part("hidden", layer), TOLERANCE);
  }

  private static float[][] rows(HiddenStates states, int text) {
    float[][] rows = new float[states.length(text)][states.hiddenSize()];
    for (int t = 0; t < rows.length; t++) {
      states.token(text, t, rows[t]);
    }
    return rows;
  }
}
