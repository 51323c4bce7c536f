package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.lensdl4j.tests.reference.Near.assertNear;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.lens.train.LensTrainer;
import org.lensdl4j.lens.train.MicroReport;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModel;
import org.lensdl4j.model.fixtures.TinyModels;
import org.lensdl4j.model.text.TokenSequence;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Losses, gradients and trained weights against PyTorch: gradients in all variants of the
 * architecture, whole runs with lambdas and term weights that are not 1 and a clip that acts.
 */
class TinyTrainingTest {
  private static final double TERMS = 1e-5;
  private static final double GRADIENTS = 1e-5;

  /**
   * Adam divides a gradient by its own size, so where it is nearly 0 its rounding decides: the
   * whole change of a tensor is compared by length, and no single weight may be far off.
   */
  private static final double CHANGE = 1e-4;

  private static final double SINGLE_WEIGHT = 2e-2;

  static final List<TinyModel> VARIANTS = TinyModels.ALL;

  /** Whole runs are slow under SameDiff; gradients are compared in all variants. */
  static final List<TinyModel> TRAINED =
      List.of(TinyModels.GROUPED, TinyModels.BIASES, TinyModels.WINDOW);

  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("TRAINED")
  void everyTermNormRateAndWeight(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder)) {
      JsonNode run = r.training();
      LensConfig config = TrainingReference.settings(run, options(r));
      RecordedTraining recorded = new RecordedTraining();
      LanguageSpace space = Probing.space(r.model, r.languages(), r.texts(TinyReference.PROMPTS));
      try (TopStates states = states(r, Integer.MAX_VALUE);
          LensTrainer trainer = new LensTrainer(r.model, space, config, states)) {
        Map<String, double[]> before = TrainingReference.copy(trainer.weights());
        trainer.setListeners(recorded);
        trainer.fit();
        List<String> targets = r.languages().subList(1, r.languages().size());
        new TrainingReference(run, targets).assertEqual(recorded, TERMS, TERMS);
        List<String> stored = r.stored.names("change.");
        assertThat(stored).hasSize(trainer.weights().size());
        for (String name : stored) {
          String weight = name.substring("change.".length());
          double[] now = Near.values(trainer.weights().get(weight));
          double[] change = TrainingReference.minus(now, before.get(weight));
          double[] expected = r.stored.values(name);
          assertNear(name, change, expected, SINGLE_WEIGHT);
          assertThat(TrainingReference.distance(change, expected)).as(name).isLessThan(CHANGE);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void gradientsOfTheFirstPrompt(TinyModel variant) {
    try (TinyReference r = TinyReference.open(variant, folder)) {
      LensConfig config = TrainingReference.oneGradient(options(r));
      LanguageSpace space = Probing.space(r.model, r.languages(), r.texts(TinyReference.PROMPTS));
      try (TopStates states = states(r, 1);
          LensTrainer trainer = new LensTrainer(r.model, space, config, states)) {
        Map<String, double[]> before = TrainingReference.copy(trainer.weights());
        trainer.fit();
        for (String name : r.stored.names("grad0.")) {
          String weight = name.substring("grad0.".length());
          double[] after = Near.values(trainer.weights().get(weight));
          assertNear(
              name,
              TrainingReference.gradient(before.get(weight), after),
              r.stored.values(name),
              GRADIENTS);
        }
      }
    }
  }

  @Test
  void oneTargetLanguageStartsFromTheValuesThatTheSpaceGives() {
    try (TinyReference r = TinyReference.open(TinyModels.GROUPED, folder)) {
      List<String> languages = r.languages().subList(0, 2);
      String target = languages.get(1);
      LensConfig config =
          options(r).languages(languages).lambda(target, 0.5).accumulation(2).build();
      List<TokenSequence> texts = r.texts(TinyReference.PROMPTS);
      int each = texts.size() / r.languages().size();
      LanguageSpace space = Probing.space(r.model, languages, texts.subList(0, 2 * each));
      RecordedTraining recorded = new RecordedTraining();
      try (TopStates states = states(r, languages, 4);
          LensTrainer trainer = new LensTrainer(r.model, space, config, states)) {
        trainer.setListeners(recorded);
        trainer.fit();
        double[] delta = space.direction(r.layers(), target);
        double[] pull = space.agnostic(r.layers())[0];
        float[] c = states.referenceLast(states.text(0, 0));
        float[] t = states.referenceLast(states.text(0, 1));
        double apart = 0;
        for (int i = 0; i < pull.length; i++) {
          apart += pull[i] * ((double) c[i] - t[i]);
        }
        int d = r.hiddenSize();
        assertThat(recorded.micros(m -> m.separate().get(target))[0])
            .isCloseTo(0.25 * TrainingReference.squares(delta) / d, withinPercentage(0.01));
        assertThat(recorded.micros(m -> m.align().get(target))[0])
            .isCloseTo(apart * apart / d, withinPercentage(0.1));
        assertThat(recorded.micros(MicroReport::retain)[0]).isLessThan(1e-10);
        for (INDArray w : trainer.weights().values()) {
          assertThat(w.isNaN().any()).isFalse();
        }
      }
    }
  }

  private static LensConfigBuilder options(TinyReference r) {
    return LensConfig.builder()
        .languages(r.languages())
        .central(r.languages().get(0))
        .topLayers(r.training().path("top").asInt());
  }

  private TopStates states(TinyReference r, int limit) {
    return states(r, r.languages(), limit);
  }

  private TopStates states(TinyReference r, List<String> languages, int limit) {
    List<TokenSequence> texts = r.texts(TinyReference.PROMPTS);
    int each = texts.size() / r.languages().size();
    List<List<TokenSequence>> prompts = Probing.prompts(texts, each, languages.size(), limit);
    StateCache cache = new StateCache(folder.resolve("cache"), 1L << 30);
    return TopStates.of(r.model, prompts, r.training().path("top").asInt(), cache, Progress.NONE);
  }
}
