package org.lensdl4j.tests.reference;

import static org.lensdl4j.tests.reference.Near.assertNear;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The trunk against transformers, in all variants of the architecture. */
class TinyTrunkTest {
  /** Four layers of additions in another order: measured 1e-6, allowed ten times that. */
  private static final double TOLERANCE = 1e-5;

  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  /** Through a window, a padding token may see no token at all: refused, and nothing to compare. */
  static final List<TinyModel> WITHOUT_WINDOW =
      VARIANTS.stream().filter(v -> v.config().slidingWindow() == 0).toList();

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void everyLayerAndTheLogits(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder);
        Trunk trunk = Trunk.builder(r.model.config(), r.model.weights()).build();
        HiddenStates states = trunk.embed(List.of(r.single()))) {
      allTokens(r, states, 0);
      trunk.advance(states, r.layers(), Outputs.ALL_TOKENS, (layer, s) -> allTokens(r, s, layer));
      try (INDArray rows = finalRows(states);
          INDArray logits = trunk.logits(rows)) {
        assertNear("logits", logits, r.stored.values("logits"), TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void lastTokensOfTextsOfSeveralLengths(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder)) {
      lastTokens(r, r.texts(TinyReference.BATCH), "batch.last");
    }
  }

  @ParameterizedTest
  @FieldSource("WITHOUT_WINDOW")
  void paddingTokensAsTheOriginalCodeReadsThem(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder)) {
      lastTokens(r, r.paddedBatch(), "batch.pad");
    }
  }

  private static void lastTokens(TinyReference r, List<TokenSequence> texts, String expected) {
    float[] state = new float[r.hiddenSize()];
    try (Trunk trunk = Trunk.builder(r.model.config(), r.model.weights()).build();
        HiddenStates states = trunk.embed(texts)) {
      trunk.advance(
          states,
          r.layers(),
          Outputs.LAST_TOKEN,
          (layer, s) -> {
            for (int i = 0; i < texts.size(); i++) {
              s.last(i, state);
              assertNear(
                  "text %d after layer %d".formatted(i, layer),
                  Near.doubles(state),
                  r.stored.part(expected, layer - 1, i),
                  TOLERANCE);
            }
          });
    }
  }

  private static void allTokens(TinyReference r, HiddenStates states, int layer) {
    float[] state = new float[r.hiddenSize()];
    double[] all = new double[r.single().length() * state.length];
    for (int t = 0; t < r.single().length(); t++) {
      states.token(0, t, state);
      System.arraycopy(Near.doubles(state), 0, all, t * state.length, state.length);
    }
    assertNear("states after layer " + layer, all, r.stored.part("hidden", layer), TOLERANCE);
  }

  private static INDArray finalRows(HiddenStates states) {
    float[][] rows = new float[states.length(0)][states.hiddenSize()];
    for (int t = 0; t < rows.length; t++) {
      states.token(0, t, rows[t]);
    }
    return org.nd4j.linalg.factory.Nd4j.createFromArray(rows);
  }
}
