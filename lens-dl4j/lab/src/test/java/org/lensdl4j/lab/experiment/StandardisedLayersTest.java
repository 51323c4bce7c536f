package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.LayerProfile.Row;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.StateMeasures;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.SpaceFitter;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.testing.Seeds;

/** Layers in a space of standardised coordinates: as if states had been divided. */
class StandardisedLayersTest {
  private static final int TEXTS = 6;

  @TempDir Path folder;

  private static Map<String, float[][]> states(Random random, int d) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    for (String language : TinyJob.LANGUAGES) {
      double shift = 2 * random.nextGaussian();
      float[][] own = new float[TEXTS][d];
      for (float[] h : own) {
        for (int k = 0; k < d; k++) {
          h[k] = (float) (random.nextGaussian() + shift * (k % 3) + 1);
        }
      }
      out.put(language, own);
    }
    return out;
  }

  private static Map<String, float[][]> scaled(Map<String, float[][]> states, double[] by) {
    Map<String, float[][]> out = new LinkedHashMap<>();
    states.forEach(
        (language, own) -> {
          float[][] rows = new float[own.length][by.length];
          for (int i = 0; i < own.length; i++) {
            for (int k = 0; k < by.length; k++) {
              rows[i][k] = (float) (own[i][k] * by[k]);
            }
          }
          out.put(language, rows);
        });
    return out;
  }

  private static LanguageSpace space(
      TinyJob tiny, LensConfig config, Map<String, float[][]> states, int d) {
    SpaceFitter fitter =
        new SpaceFitter(config, tiny.corpus.corpus(), List.of(TEXTS, TEXTS, TEXTS), 1, d, null);
    fitter.layer(states.values().toArray(float[][][]::new));
    return fitter.fit(tiny.space.provenance());
  }

  private static List<Double> figures(LanguageSpace space, Map<String, float[][]> states) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      ids.add("t" + i);
    }
    LayerProfile.Builder builder = new LayerProfile.Builder(space, "en", ids, 1);
    builder.visit(1, states, null);
    return builder.build().rows().stream()
        .filter(r -> r.what() != Measure.RETRIEVAL_TO_CENTRAL)
        .map(r -> r.before().value())
        .toList();
  }

  @Test
  void theScaleOfCoordinatesIsNotSeen() {
    LensConfig config = TinyJob.config().coordinates(LossCoordinates.STANDARDISED).build();
    try (TinyJob tiny = new TinyJob(folder, TEXTS)) {
      Seeds.forAll(
          10,
          random -> {
            int d = 8;
            Map<String, float[][]> states = states(random, d);
            // Powers of two: rounding is the same, so that ties are.
            double[] by = random.ints(d, -4, 5).mapToDouble(e -> Math.pow(2, e)).toArray();
            List<Double> plain = figures(space(tiny, config, states, d), states);
            Map<String, float[][]> other = scaled(states, by);
            List<Double> rescaled = figures(space(tiny, config, other, d), other);
            assertThat(plain).isNotEmpty();
            for (int i = 0; i < plain.size(); i++) {
              assertThat(rescaled.get(i)).isCloseTo(plain.get(i), within(1e-6));
            }
          });
    }
  }

  @Test
  void energiesAreThoseOfDividedStates() {
    LensConfig config = TinyJob.config().coordinates(LossCoordinates.STANDARDISED).build();
    try (TinyJob tiny = new TinyJob(folder, TEXTS)) {
      LanguageSpace space =
          LanguageProbing.run(tiny.model, tiny.corpus.corpus(), config, Progress.NONE);
      Map<Integer, Map<String, float[][]>> seen = new LinkedHashMap<>();
      StateAnalyses analyses =
          StateAnalyses.of(tiny.model).texts(tiny.corpus).space(space).maxTokens(64);
      LayerProfile profile = analyses.layers();
      new StatePass(
              States.of(tiny.model, null),
              null,
              tiny.corpus,
              org.lensdl4j.model.trunk.Pooling.LAST,
              config.systemPrompt(),
              64)
          .run((layer, before, after) -> seen.put(layer, before));
      for (Row row : profile.of(Measure.SPECIFIC_ENERGY, "xx")) {
        double mean = 0;
        for (float[] h : seen.get(row.layer()).get("xx")) {
          mean += space.specificShare(row.layer(), doubles(h)) / TEXTS;
        }
        assertThat(row.before().value()).isCloseTo(mean, within(1e-6));
      }
      Map<String, float[][]> last = seen.get(space.layers());
      double[] own = StateMeasures.separability(space.specificFilters(space.layers()), last, "yy");
      Row row = profile.of(Measure.SEPARABILITY, "yy").get(space.layers() - 1);
      assertThat(row.before().value())
          .isCloseTo(java.util.Arrays.stream(own).average().orElseThrow(), within(1e-9));
      assertThat(profile.analysis().finding()).contains("standardised coordinates");
    }
  }

  private static double[] doubles(float[] h) {
    double[] out = new double[h.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = h[i];
    }
    return out;
  }
}
