package org.lensdl4j.tests.failure;

import java.util.List;
import java.util.SplittableRandom;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;

/** A small space of random states, the same each time. */
final class RandomSpace {
  private RandomSpace() {}

  static LanguageStatistics sums() {
    LanguageStatistics sums = new LanguageStatistics(List.of("en", "sw", "zh"), 2, 8);
    SplittableRandom random = new SplittableRandom(1);
    for (int layer = 1; layer <= 2; layer++) {
      for (String language : sums.languages()) {
        float[] state = new float[8];
        for (int i = 0; i < state.length; i++) {
          state[i] = (float) random.nextDouble();
        }
        sums.add(language, layer, state);
      }
    }
    return sums;
  }

  static LanguageSpace space() {
    return LanguageProbe.fit(sums(), "en", 0, Provenance.ofModel("00"));
  }
}
