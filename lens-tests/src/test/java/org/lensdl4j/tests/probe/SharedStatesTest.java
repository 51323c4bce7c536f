package org.lensdl4j.tests.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quick half of {@link SharedProbeTest}: final last-token states of the first eight texts per
 * language, prompts of both modes included.
 */
@Tag("weights")
@Tag("shared")
class SharedStatesTest {
  private static final Logger LOG = LoggerFactory.getLogger(SharedStatesTest.class);
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");
  private static final int TEXTS = 8;

  /** Of the largest value: float32 over 30 layers, other order of additions. */
  private static final double TOLERANCE = 5e-5;

  @ParameterizedTest
  @CsvSource({"none,probe_default", "lens-2ffa3f0,probe_compat"})
  void equalPyTorch(String compat, String reference) {
    Path shared = Prerequisite.SHARED.path();
    LensConfig config = LensConfig.builder().languages(LANGUAGES).compat(Compat.of(compat)).build();
    Corpus corpus = Corpus.jsonl(shared.resolve("data/lens_probe"), LANGUAGES, 300);
    try (SafetensorsFile golden =
            SafetensorsFile.open(shared.resolve("golden/" + reference + ".safetensors"));
        TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path());
        Trunk trunk = Trunk.builder(model.config(), model.weights()).build()) {
      PromptEncoder encoder = LanguageProbing.encoder(model, config);
      List<TokenSequence> prompts = new ArrayList<>();
      for (String language : LANGUAGES) {
        // All texts are encoded: in compat mode the longest decides where padding ends.
        prompts.addAll(encoder.encodeAll(corpus.strings(language)).subList(0, TEXTS));
      }
      try (HiddenStates states = trunk.embed(prompts)) {
        trunk.advance(states, model.config().layers(), Outputs.LAST_TOKEN, null);
        float[] state = new float[states.hiddenSize()];
        for (int l = 0; l < LANGUAGES.size(); l++) {
          float[] expected = golden.readFloats("last." + LANGUAGES.get(l));
          double worst = 0;
          double largest = 0;
          for (int t = 0; t < TEXTS; t++) {
            states.last(l * TEXTS + t, state);
            for (int i = 0; i < state.length; i++) {
              float e = expected[t * state.length + i];
              assertThat(state[i]).isFinite();
              worst = Math.max(worst, Math.abs(state[i] - e));
              largest = Math.max(largest, Math.abs(e));
            }
          }
          LOG.info("{} {}: error {} of {}", reference, LANGUAGES.get(l), worst, largest);
          assertThat(worst / largest).as(LANGUAGES.get(l)).isLessThan(TOLERANCE);
        }
      }
    }
  }
}
