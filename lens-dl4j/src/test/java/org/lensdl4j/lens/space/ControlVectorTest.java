package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
