package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.text.TokenSequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Twelve optimiser steps of SmolLM2 on the shared prompts, as PyTorch did them: every term of every
 * prompt, every norm and rate, gradients, changes, trained weights, and what the model says after.
 *
 * <p>Tolerances. Losses: states agree to about 1e-6 of their size, and the squares of their
 * differences ten times worse. Changes: twelve steps of Adam, which divides each gradient by its
 * own size and so makes rounding visible where a gradient is nearly 0; and the stored weights
 * resolve 7e-9 of a change of 1e-4.
 */
@Tag("weights")
@Tag("shared")
class SharedTrainingTest {
  private static final Logger LOG = LoggerFactory.getLogger(SharedTrainingTest.class);
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");
  private static final double TERMS = 1e-4;
  private static final double CHANGE = 1e-2;
  private static final double STATES = 1e-5;

  private final Path golden = Prerequisite.SHARED.path().resolve("golden");
  private final StoredValues stored =
      StoredValues.file(golden.resolve("train_default.safetensors"));

  @TempDir Path folder;

  @Test
  void twelveSteps() throws IOException {
    JsonNode json = new ObjectMapper().readTree(golden.resolve("train_default.json").toFile());
    LensConfig config = LensConfig.builder().languages(LANGUAGES).trainTexts(96).build();
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path())) {
      promptsAre(json.path("prompt_ids"), RealTraining.prompts(model, config, corpus(2)));
      RealTraining run = new RealTraining(model, space(model), config, corpus(96), 4, folder);
      new TrainingReference(json, config.targets()).assertEqual(run.reports, TERMS, TERMS);
      json.path("delta_norm")
          .fields()
          .forEachRemaining(
              e -> {
                double[] change = run.change(e.getKey());
                double found = Math.sqrt(TrainingReference.squares(change));
                double relative = Math.abs(found / e.getValue().asDouble() - 1);
                assertThat(relative).as("change of " + e.getKey()).isLessThan(1e-3);
              });
      for (String name : stored.names("after.model.")) {
        String weight = name.substring("after.".length());
        double[] expected = TrainingReference.minus(stored.values(name), run.before.get(weight));
        double distance = TrainingReference.distance(run.change(weight), expected);
        LOG.info(String.format(Locale.ROOT, "change of %s: %.1e", weight, distance));
        assertThat(distance).as("change of " + weight).isLessThan(CHANGE);
      }
      for (String l : LANGUAGES) {
        assertNear(
            "before " + l, run.statesBefore.get(l), stored.values("before.last." + l), STATES);
        assertNear("after " + l, run.statesAfter.get(l), stored.values("after.last." + l), STATES);
      }
    }
  }

  @Test
  void gradientsOfTheFirstPrompt() {
    LensConfig config = RealTraining.oneGradient(LANGUAGES);
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path())) {
      RealTraining run = new RealTraining(model, space(model), config, corpus(1), 1, folder);
      for (String name : stored.names("grad0.")) {
        String weight = name.substring("grad0.".length());
        double error = Near.error(name, run.gradient(weight), stored.values(name));
        LOG.info(String.format(Locale.ROOT, "%s: %.1e", name, error));
        assertThat(error).as(name).isLessThan(TERMS);
      }
    }
  }

  private static ParallelCorpus corpus(int limit) {
    Path texts = Prerequisite.SHARED.path().resolve("data/lens_pull");
    return ParallelCorpus.jsonl(texts, LANGUAGES, LANGUAGES.get(0), limit);
  }

  /** The stored space of the default mode, solved again from its means. */
  private LanguageSpace space(TransformerModel model) {
    StoredValues probe = StoredValues.file(golden.resolve("probe_default.safetensors"));
    int layers = model.config().layers();
    int d = model.config().hiddenSize();
    LanguageStatistics sums = new LanguageStatistics(LANGUAGES, layers, d);
    for (int layer = 1; layer <= layers; layer++) {
      for (int l = 0; l < LANGUAGES.size(); l++) {
        double[] mean = probe.part("means", layer - 1, l);
        float[] state = new float[d];
        for (int i = 0; i < d; i++) {
          state[i] = (float) mean[i];
        }
        sums.add(LANGUAGES.get(l), layer, state);
      }
    }
    LanguageSpace space = LanguageProbe.fit(sums, "en", 0, Provenance.ofModel(model.hash()));
    SpaceReference.of(probe, "", layers - 1, LANGUAGES).assertEqual(space, layers, 1e-5);
    return space;
  }

  private static void promptsAre(JsonNode expected, List<List<TokenSequence>> prompts) {
    for (int i = 0; i < prompts.size(); i++) {
      for (int l = 0; l < LANGUAGES.size(); l++) {
        JsonNode ids = expected.path(LANGUAGES.get(l)).path(i);
        int[] wanted = new int[ids.size()];
        for (int t = 0; t < wanted.length; t++) {
          wanted[t] = ids.get(t).asInt();
        }
        assertThat(prompts.get(i).get(l).ids())
            .as("prompt %d in %s", i, LANGUAGES.get(l))
            .containsExactly(wanted);
      }
    }
  }
}
