package org.lensdl4j.tests.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.examples.programs.LangChainEmbeddings;
import org.lensdl4j.model.SentenceEncoder;
import org.lensdl4j.model.SentencePooling;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.trunk.Trunk;

class SentenceEncoderTest {
  @TempDir Path folder;

  /** Whatever a directory's pooling, and whoever asks for the vectors. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "mpnet"})
  void vectorsAreThePooledStatesOfLengthOne(String variant) throws IOException {
    Path model = TinyEncoder.write(variant, folder.resolve("model"));
    List<String> texts = List.of("abc", "the end of it", "");
    assertThatThrownBy(() -> SentenceEncoder.open(model))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("found no pooling configuration");
    for (Pooling pooling : List.of(Pooling.MEAN, Pooling.FIRST)) {
      SentencePooling.write(pooling, 32, model);
      float[][] expected = new float[texts.size()][];
      try (TransformerModel opened = TransformerModel.open(model);
          Trunk trunk = opened.trunk().build();
          HiddenStates states =
              trunk.embed(
                  texts.stream()
                      .map(t -> TokenSequence.of(opened.tokenizer().encodeWithSpecialTokens(t)))
                      .toList())) {
        trunk.advance(states, opened.config().layers(), Outputs.ALL_TOKENS, null);
        expected = pooling.of(states);
      }
      try (SentenceEncoder encoder = SentenceEncoder.open(model)) {
        float[][] found = encoder.encode(texts);
        LangChainEmbeddings chain = new LangChainEmbeddings(encoder);
        assertThat(chain.dimension()).isEqualTo(expected[0].length);
        for (int t = 0; t < found.length; t++) {
          double length = 0;
          for (float x : expected[t]) {
            length += x * x;
          }
          for (int k = 0; k < found[t].length; k++) {
            assertThat(found[t][k])
                .isCloseTo((float) (expected[t][k] / Math.sqrt(length)), within(1e-6f));
          }
          // langchain4j refuses texts without a word.
          if (!texts.get(t).isBlank()) {
            assertThat(chain.embed(texts.get(t)).content().vector())
                .containsExactly(found[t], within(1e-6f));
          }
        }
        assertThat(encoder.encode(List.of())).isEmpty();
        // More than are in memory together: each as by itself.
        float[][] many = encoder.encode(Collections.nCopies(300, texts.get(1)));
        assertThat(many).hasDimensions(300, expected[0].length);
        assertThat(many[299]).containsExactly(found[1], within(1e-6f));
        String much = "a b c ".repeat(100);
        assertThat(encoder.encode(List.of(much))[0]).hasSize(expected[0].length);
      }
    }
  }
}
