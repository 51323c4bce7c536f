package org.lensdl4j.lens.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.GgufFile;

class ControlVectorTest {
  @TempDir Path folder;

  private static LanguageSpace space(int layers) {
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "sw"), layers, 8);
    Random random = new Random(1);
    for (String language : List.of("en", "sw")) {
      for (int layer = 1; layer <= layers; layer++) {
        float[] state = new float[8];
        for (int i = 0; i < 8; i++) {
          state[i] = (float) random.nextGaussian();
        }
        statistics.add(language, layer, state);
      }
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("x"));
  }

  @Test
  void directionsStandAtLlamaCppsLayerNumbers() {
    LanguageSpace space = space(5);
    Path file = folder.resolve("sw.gguf");
    ControlVector.write(space, "sw", "llama", 0.5, file);
    try (GgufFile read = GgufFile.open(file)) {
      assertThat(read.metadata().string("general.architecture")).contains("controlvector");
      assertThat(read.metadata().string("controlvector.model_hint")).contains("llama");
      assertThat(read.metadata().integer("controlvector.layer_count")).contains(3L);
      assertThat(read.tensors().keySet())
          .containsExactly("direction.1", "direction.2", "direction.3");
      float[] third = read.readFloats("direction.3");
      double[] expected = space.direction(4, "sw");
      for (int i = 0; i < 8; i++) {
        assertThat(third[i]).isCloseTo((float) (expected[i] / 2), within(1e-6f));
      }
    }
  }

  @Test
  void refusesASpaceOfTooFewLayersAndUnknownLanguages() {
    Path file = folder.resolve("sw.gguf");
    assertThatThrownBy(() -> ControlVector.write(space(2), "sw", "llama", 1, file))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("3 layers or more");
    assertThatThrownBy(() -> ControlVector.write(space(4), "zz", "llama", 1, file))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("zz");
    assertThat(file).doesNotExist();
  }

  @Test
  void aSteeringsLayersAndStrength() {
    LanguageSpace space = space(6);
    Path file = folder.resolve("sw.gguf");
    Steering steering =
        Steering.builder(space).setting(SteeringSetting.parse("2-3:0.4")).away("mean").build();
    ControlVector.write(steering, "sw", "qwen2", file);
    try (GgufFile read = GgufFile.open(file)) {
      assertThat(read.metadata().integer("controlvector.layer_count")).contains(4L);
      assertThat(read.tensors().keySet()).containsExactly("direction.1", "direction.2");
      float[] second = read.readFloats("direction.2");
      for (int i = 0; i < 8; i++) {
        assertThat(second[i]).isEqualTo((float) (0.4 * steering.direction(3, "sw")[i]));
      }
    }
  }

  @Test
  void refusesWhatLlamaCppCannotDo() {
    LanguageSpace space = space(6);
    refused(space, "2-3:0.1u", SteeringTokens.BOTH, "found a share of the state's length");
    refused(space, "0.3", SteeringTokens.BOTH, "found the last layer");
    refused(space, "all:0.3", SteeringTokens.BOTH, "found layer 1");
    refused(space, "3:0.3", SteeringTokens.ANSWER, "found states of the answer");
  }

  private void refused(
      LanguageSpace space, String setting, SteeringTokens tokens, String expected) {
    Path file = folder.resolve("sw.gguf");
    Steering steering =
        Steering.builder(space).setting(SteeringSetting.parse(setting)).tokens(tokens).build();
    assertThatThrownBy(() -> ControlVector.write(steering, "sw", "qwen2", file))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(expected)
        .hasMessageContaining("expected lengths of the direction at some of layers 2 to 5");
    assertThat(file).doesNotExist();
  }
}
