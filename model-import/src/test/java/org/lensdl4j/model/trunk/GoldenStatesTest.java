package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.weights.SafetensorsFile;

/** The real model's hidden states against those of Hugging Face in float32. */
@Tag("weights")
@Tag("shared")
class GoldenStatesTest {

  @Test
  void lastStatesOfTheFirstTextsEqualHuggingFace() {
    Path shared = Prerequisite.SHARED.path();
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path());
        SafetensorsFile golden =
            SafetensorsFile.open(shared.resolve("golden/probe_default.safetensors"))) {
      List<TokenSequence> texts = SmolPrompts.probe(model, shared, 8, false);
      int d = model.config().hiddenSize();
      float[][][] bySharing = new float[2][texts.size()][d];
      for (boolean share : new boolean[] {true, false}) {
        try (Trunk trunk = model.trunk().sharePrefix(share).build();
            HiddenStates states = trunk.embed(texts)) {
          trunk.advance(states, model.config().layers(), Outputs.LAST_TOKEN, null);
          for (int i = 0; i < texts.size(); i++) {
            states.last(i, bySharing[share ? 1 : 0][i]);
          }
        }
      }
      for (int language = 0; language < SmolPrompts.LANGUAGES.size(); language++) {
        double[] expected = golden.readDoubles("last." + SmolPrompts.LANGUAGES.get(language));
        for (float[][] states : bySharing) {
          assertThat(difference(states, language * 8, expected)).isLessThan(1e-5);
        }
      }
    }
  }

  private static double difference(float[][] states, int first, double[] expected) {
    int d = states[0].length;
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      float actual = states[first + i / d][i % d];
      assertThat(Float.isFinite(actual)).isTrue();
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual));
    }
    return worst / largest;
  }
}
