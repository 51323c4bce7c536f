package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lensdl4j.tests.reference.FamilyVariant.TOLERANCE;
import static org.lensdl4j.tests.reference.Near.assertNear;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every encoder family must do: the trunk computes what transformers computes, on a tiny
 * random model of each variant of {@code make_encoder_reference.py}.
 */
@ParameterizedClass
@FieldSource("VARIANTS")
class EncoderContractTest {
  static final List<String> VARIANTS =
      List.of("bert", "bert-bare", "bert-gamma", "xlm-r", "roberta-bare", "mpnet", "mpnet-bare");

  @Parameter String variant;
  private TransformerModel model;
  private StoredValues stored;

  @BeforeEach
  void open() throws URISyntaxException {
    Path config =
        Path.of(getClass().getResource("/reference/encoders/" + variant + "/config.json").toURI());
    model = TransformerModel.open(config.getParent());
    stored = StoredValues.file(config.resolveSibling("reference.safetensors"));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void statesOfEveryLayer() {
    try (Trunk trunk = trunk(1024);
        HiddenStates states = trunk.embed(List.of(TokenSequence.of(stored.ints("ids"))))) {
      compareAll(states, 0);
      trunk.advance(states, layers(), Outputs.ALL_TOKENS, (layer, s) -> compareAll(s, layer));
      assertThat(states.layer()).isEqualTo(layers());
    }
  }

  /** Against a padded batch of transformers; ours has no padding, whatever else is in the batch. */
  @Test
  void textsOfSeveralLengths() {
    for (int batchTokens : new int[] {3, 14, 1024}) {
      try (Trunk trunk = trunk(batchTokens);
          HiddenStates states = trunk.embed(batch())) {
        trunk.advance(
            states,
            layers(),
            Outputs.ALL_TOKENS,
            (layer, s) -> {
              for (int i = 0; i < s.texts(); i++) {
                compare(s, i, layer, "last", stored.part("batch.last", layer - 1, i));
                compare(s, i, layer, "mean", stored.part("batch.mean", layer - 1, i));
                compare(s, i, layer, "first", stored.part("batch.first", layer - 1, i));
              }
            });
      }
    }
  }

  @Test
  void lastTokensAlone() {
    try (Trunk trunk = trunk(1024);
        HiddenStates states = trunk.embed(batch())) {
      trunk.advance(states, layers(), Outputs.LAST_TOKEN, null);
      for (int i = 0; i < states.texts(); i++) {
        compare(states, i, layers(), "last", stored.part("batch.last", layers() - 1, i));
      }
    }
  }

  /** Longer than a batch of the trunk: not cut, because the first tokens see the last. */
  @Test
  void longPositions() {
    try (Trunk trunk = trunk(32)) {
      try (HiddenStates first = trunk.embed(batch())) {
        trunk.advance(first, layers(), Outputs.ALL_TOKENS, null);
      }
      try (HiddenStates states = trunk.embed(List.of(TokenSequence.of(stored.ints("long.ids"))))) {
        trunk.advance(
            states,
            layers(),
            Outputs.ALL_TOKENS,
            (layer, s) -> {
              compare(s, 0, layer, "last", stored.part("long.last", layer));
              compare(s, 0, layer, "mean", stored.part("long.mean", layer));
            });
      }
    }
  }

  /** A decoder computes the shared tokens once; here they differ, as they see the rest. */
  @Test
  void textsThatBeginAlikeShareNothing() {
    int[] ids = stored.ints("ids");
    int[] other = ids.clone();
    other[other.length - 1] = (ids[ids.length - 1] + 7) % model.config().vocabSize();
    try (Trunk trunk = trunk(1024);
        HiddenStates states =
            trunk.embed(List.of(TokenSequence.of(ids), TokenSequence.of(other)))) {
      assertThat(states.prefixLength()).isZero();
      trunk.advance(states, layers(), Outputs.ALL_TOKENS, (layer, s) -> compareAll(s, layer));
      float[] one = new float[states.hiddenSize()];
      float[] two = one.clone();
      states.token(0, 0, one);
      states.token(1, 0, two);
      assertThat(one).isNotEqualTo(two);
    }
  }

  @Test
  void refusesWhatOnlyDecodersDo() {
    String message = "needs a decoder; model_type '" + model.config().modelType() + "'";
    assertThatThrownBy(model::generator)
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> model.graph().head())
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
    try (Trunk trunk = trunk(1024);
        INDArray hidden = Nd4j.zeros(1, model.config().hiddenSize())) {
      assertThatThrownBy(() -> trunk.logits(hidden)).hasMessageContaining(message);
      assertThatThrownBy(() -> trunk.logits(hidden, 1)).hasMessageContaining(message);
      TokenSequence padded = new TokenSequence(new int[] {3, 4, 5}, 7);
      assertThatThrownBy(() -> trunk.embed(List.of(padded))).hasMessageContaining("no padding");
    }
  }

  @Test
  void refusesTextsLongerThanItsPositions() {
    int most = model.config().maxPositions();
    try (Trunk trunk = trunk(1024)) {
      trunk.embed(List.of(TokenSequence.of(new int[most]))).close();
      assertThatThrownBy(() -> trunk.embed(List.of(TokenSequence.of(new int[most + 1]))))
          .hasMessageContaining("needs " + (most + 1) + " positions");
    }
  }

  private List<TokenSequence> batch() {
    List<TokenSequence> texts = new ArrayList<>();
    stored.sequences("batch").forEach(ids -> texts.add(TokenSequence.of(ids)));
    return texts;
  }

  private Trunk trunk(int batchTokens) {
    return model.trunk().threads(2).batchTokens(batchTokens).build();
  }

  private int layers() {
    return model.config().layers();
  }

  private static void compare(
      HiddenStates states, int text, int layer, String which, double[] expected) {
    float[] state = new float[states.hiddenSize()];
    switch (which) {
      case "last" -> states.last(text, state);
      case "mean" -> states.mean(text, state);
      default -> states.token(text, 0, state);
    }
    String what = "%s of text %d after layer %d".formatted(which, text, layer);
    assertNear(what, Near.doubles(state), expected, TOLERANCE);
  }

  private void compareAll(HiddenStates states, int layer) {
    int d = states.hiddenSize();
    float[] state = new float[d];
    double[] all = new double[states.length(0) * d];
    for (int t = 0; t < states.length(0); t++) {
      states.token(0, t, state);
      System.arraycopy(Near.doubles(state), 0, all, t * d, d);
    }
    assertNear("states after layer " + layer, all, stored.part("hidden", layer), TOLERANCE);
  }
}
