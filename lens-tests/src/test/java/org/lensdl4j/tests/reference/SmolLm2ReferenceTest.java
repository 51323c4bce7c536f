package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lensdl4j.tests.reference.Near.assertNear;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.testing.Prerequisite;

/**
 * SmolLM2 on the project's own text against PyTorch: token ids, spaces in both modes, three
 * optimiser steps. The same proof as with the shared values, for everybody; {@code
 * src/test/python/make_reference.py} made the values.
 *
 * <p>Tolerances as in {@code SharedProbeTest} and {@code SharedTrainingTest}; means of 62 texts
 * instead of 300 leave a little more rounding.
 */
@Tag("weights")
class SmolLm2ReferenceTest {
  private static final String FOLDER = "smollm2/";
  private static final Path TEXTS =
      Path.of("..", "lens-examples", "src", "main", "resources", "udhr");
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");
  private static final double SPACE = 1e-4;
  private static final double TERMS = 1e-4;
  private static final double CHANGE = 1e-2;
  private static final double STATES = 1e-5;

  @TempDir Path folder;

  @Test
  void tokenIds() throws IOException {
    JsonNode stored = json("tokens.json");
    LensConfig config = LensConfig.builder().languages(LANGUAGES).build();
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path())) {
      for (JsonNode plain : stored.path("plain")) {
        String text = plain.path("text").asText();
        assertThat(model.tokenizer().encode(text))
            .as(text)
            .containsExactly(ints(plain.path("ids")));
      }
      for (String l : LANGUAGES) {
        JsonNode prompts = stored.path("probing").path(l);
        List<String> texts = corpus(prompts.size()).strings(l);
        for (int i = 0; i < prompts.size(); i++) {
          assertThat(LanguageProbing.encoder(model, config).encode(texts.get(i)).ids())
              .as("%s %d", l, i)
              .containsExactly(ints(prompts.get(i)));
        }
      }
    }
  }

  @Test
  void spaceAndTraining() throws IOException {
    StoredValues stored = StoredValues.resource(FOLDER + "train.safetensors");
    JsonNode log = json("train.json");
    LensConfig config =
        LensConfig.builder()
            .languages(LANGUAGES)
            .trainTexts(log.path("prompts").asInt())
            .accumulation(log.path("accumulation").asInt())
            .build();
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path())) {
      LanguageSpace space = probed(model, config, "space_default");
      RealTraining run =
          new RealTraining(
              model,
              space,
              config,
              ParallelCorpus.jsonl(TEXTS, LANGUAGES, "en", config.trainTexts()),
              2,
              folder);
      gradients(model, space, stored);
      new TrainingReference(log, config.targets()).assertEqual(run.reports, TERMS, TERMS);
      for (String name : stored.names("change.")) {
        double[] expected = stored.values(name);
        double[] change = run.change(name.substring("change.".length()));
        double[] kept = Arrays.copyOf(change, expected.length);
        assertThat(TrainingReference.distance(kept, expected)).as(name).isLessThan(CHANGE);
      }
      for (String l : LANGUAGES) {
        assertNear(
            "before " + l, run.statesBefore.get(l), stored.values("before.last." + l), STATES);
        assertNear("after " + l, run.statesAfter.get(l), stored.values("after.last." + l), STATES);
      }
    }
  }

  private void gradients(TransformerModel model, LanguageSpace space, StoredValues stored) {
    ParallelCorpus first = ParallelCorpus.jsonl(TEXTS, LANGUAGES, "en", 1);
    RealTraining run =
        new RealTraining(model, space, RealTraining.oneGradient(LANGUAGES), first, 1, folder);
    for (String name : stored.names("grad0.")) {
      double[] expected = stored.values(name);
      double[] found = run.gradient(name.substring("grad0.".length()));
      assertNear(name, Arrays.copyOf(found, expected.length), expected, TERMS);
    }
  }

  @Test
  void spaceOfTheOriginalCode() {
    LensConfig config =
        LensConfig.builder().languages(LANGUAGES).compat(Compat.of("lens-2ffa3f0")).build();
    try (TransformerModel model = TransformerModel.open(Prerequisite.WEIGHTS.path())) {
      probed(model, config, "space_compat");
    }
  }

  private static LanguageSpace probed(TransformerModel model, LensConfig config, String name) {
    StoredValues stored = StoredValues.resource(FOLDER + name + ".safetensors");
    LanguageSpace space =
        LanguageProbing.run(
            model, corpus(Integer.parseInt(stored.meta("probed"))), config, Progress.NONE);
    String[] layers = stored.meta("layers").split(",");
    for (int i = 0; i < layers.length; i++) {
      SpaceReference.of(stored, "", i, LANGUAGES)
          .assertEqual(space, Integer.parseInt(layers[i]), SPACE);
    }
    return space;
  }

  private static Corpus corpus(int limit) {
    return Corpus.jsonl(TEXTS, LANGUAGES, limit);
  }

  private static JsonNode json(String name) throws IOException {
    try (InputStream in =
        SmolLm2ReferenceTest.class.getResourceAsStream("/reference/" + FOLDER + name)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static int[] ints(JsonNode array) {
    int[] out = new int[array.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = array.get(i).asInt();
    }
    return out;
  }
}
