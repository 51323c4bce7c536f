package org.lensdl4j.lens.steer;

import java.util.List;
import java.util.Random;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;

/** Spaces of random states. */
final class RandomSpaces {
  static final List<String> LANGUAGES = List.of("en", "ja", "sw", "zh");
  static final int SIZE = 10;

  private RandomSpaces() {}

  /** Of model {@code abc}, central language en, of full rank or less. */
  static LanguageSpace of(Random random, int layers, int rank) {
    LanguageStatistics statistics = new LanguageStatistics(LANGUAGES, layers, SIZE);
    for (String language : LANGUAGES) {
      for (int layer = 1; layer <= layers; layer++) {
        statistics.add(language, layer, state(random));
      }
    }
    Provenance from = new Provenance("abc", "model", "p", "mean", "t", "c", "0.1");
    return LanguageProbe.fit(statistics, "en", rank, from);
  }

  static float[] state(Random random) {
    float[] state = new float[SIZE];
    for (int i = 0; i < state.length; i++) {
      state[i] = (float) random.nextGaussian();
    }
    return state;
  }
}
