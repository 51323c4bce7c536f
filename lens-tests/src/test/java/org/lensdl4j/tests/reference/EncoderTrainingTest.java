package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lensdl4j.tests.reference.Near.assertNear;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lens.config.Compat;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.lens.train.LensTrainer;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Training of encoders against PyTorch, on the mean of the tokens and on the first: language space,
 * gradients of the first prompt, and a whole run with lambdas and weights that are not 1.
 */
@ParameterizedClass
@ValueSource(strings = {"bert", "xlm-r", "mpnet"})
class EncoderTrainingTest {
  private static final double TERMS = 2e-5;
  private static final double GRADIENTS = 2e-5;
  private static final double CHANGE = 1e-3;

  @TempDir Path folder;

  @Parameter String variant;
  private FamilyVariant r;
  private StoredValues stored;
  private List<String> languages;
  private List<TokenSequence> texts;

  @BeforeEach
  void open() {
    r = FamilyVariant.encoder(variant);
    stored = StoredValues.resource("encoders/" + variant + "/training.safetensors");
    languages = List.of(stored.meta("languages").split(","));
    texts = stored.sequences("prompts").stream().map(TokenSequence::of).toList();
  }

  @AfterEach
  void close() {
    r.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN", "FIRST"})
  void spaceGradientsAndRun(Pooling position) {
    String at = StatePosition.name(position) + ".";
    LanguageSpace space = space(position);
    SpaceReference.of(stored, at + "space.", 0, languages).assertEqual(space, r.layers(), 1e-5);
    gradients(space, at);
    run(space, at, position == Pooling.MEAN);
  }

  private void gradients(LanguageSpace space, String at) {
    LensConfig config = TrainingReference.oneGradient(options());
    try (TopStates states = states(1, 1);
        LensTrainer trainer = new LensTrainer(r.model, space, config, states)) {
      Map<String, double[]> before = TrainingReference.copy(trainer.weights());
      trainer.fit();
      String prefix = at + "grad0.";
      assertThat(stored.names(prefix)).hasSize(trainer.weights().size());
      double largest = 0;
      for (String name : stored.names(prefix)) {
        for (double g : stored.values(name)) {
          largest = Math.max(largest, Math.abs(g));
        }
      }
      for (String name : stored.names(prefix)) {
        String weight = name.substring(prefix.length());
        double[] after = Near.values(trainer.weights().get(weight));
        double[] found = TrainingReference.gradient(before.get(weight), after);
        if (hasGradient(weight)) {
          assertNear(name, found, stored.values(name), 5 * GRADIENTS);
        } else {
          double length = Math.sqrt(TrainingReference.squares(found));
          assertThat(length).as(name).isLessThan(1e-5 * largest);
        }
      }
    }
  }

  /** A key's bias shifts all scores of a query alike, which changes nothing. */
  private static boolean hasGradient(String weight) {
    return !weight.endsWith("key.bias") && !weight.endsWith("attn.k.bias");
  }

  private void run(LanguageSpace space, String at, boolean changes) {
    JsonNode run = json(stored.meta("training." + at.substring(0, at.length() - 1)));
    LensConfig config = TrainingReference.settings(run, options());
    RecordedTraining recorded = new RecordedTraining();
    try (TopStates states = states(Integer.MAX_VALUE, 1);
        LensTrainer trainer = new LensTrainer(r.model, space, config, states)) {
      Map<String, double[]> before = TrainingReference.copy(trainer.weights());
      trainer.setListeners(recorded);
      trainer.fit();
      new TrainingReference(run, languages.subList(1, languages.size()))
          .assertEqual(recorded, TERMS, TERMS);
      for (String name : changes ? stored.names(at + "change.") : List.<String>of()) {
        String weight = name.substring((at + "change.").length());
        if (hasGradient(weight)) {
          double[] now = Near.values(trainer.weights().get(weight));
          double[] change = TrainingReference.minus(now, before.get(weight));
          assertThat(TrainingReference.distance(change, stored.values(name)))
              .as(name)
              .isLessThan(CHANGE);
        }
      }
    }
  }

  /** Several prompts in a batch, losses at two layers, other coordinates, adapters. */
  @ParameterizedTest
  @EnumSource(names = {"MEAN", "FIRST"})
  void otherWaysTrainToo(Pooling position) {
    String query = variant.equals("mpnet") ? "q" : "query";
    for (LensConfigBuilder config :
        List.of(
            options().batchSize(3).lossLayers(2),
            options().coordinates(LossCoordinates.WHITENED).contrast(1).batchSize(2),
            options().loraRank(2).loraTargets(List.of(query)))) {
      LensConfig built = config.learningRate(1e-2).warmupRatio(0).accumulation(2).build();
      try (TopStates states = states(Integer.MAX_VALUE, built.lossLayers());
          LensTrainer trainer = new LensTrainer(r.model, space(position), built, states)) {
        RecordedTraining recorded = new RecordedTraining();
        trainer.setListeners(recorded);
        Map<String, double[]> before = TrainingReference.copy(trainer.weights());
        trainer.fit();
        int changed = 0;
        for (Map.Entry<String, INDArray> e : trainer.weights().entrySet()) {
          assertThat(e.getValue().isNaN().any()).as(e.getKey()).isFalse();
          changed +=
              java.util.Arrays.equals(before.get(e.getKey()), Near.values(e.getValue())) ? 0 : 1;
        }
        assertThat(changed).isEqualTo(before.size());
      }
    }
  }

  @Test
  void positionOfTheSpaceMustFit() {
    try (TopStates states = states(1, 1)) {
      LanguageSpace last = space(Pooling.LAST);
      assertThatThrownBy(() -> new LensTrainer(r.model, last, options().build(), states).close())
          .isInstanceOf(LensException.class)
          .hasMessage(
              "the language space was probed at position 'last'; expected mean or cls, as model_type '%s' is an encoder",
              r.model.config().modelType());
      LensConfig compat = options().compat(Compat.LENS_2FFA3F0).build();
      assertThatThrownBy(
              () -> new LensTrainer(r.model, space(Pooling.MEAN), compat, states).close())
          .hasMessageContaining("reproduces decoders");
      assertThatThrownBy(() -> states.referenceLast(0))
          .hasMessage("reference states: found position last, expected mean or first");
    }
  }

  private LanguageSpace space(Pooling position) {
    return Probing.space(r.model, languages, texts, position);
  }

  private LensConfigBuilder options() {
    return LensConfig.builder().languages(languages).central(languages.get(0)).topLayers(2);
  }

  private TopStates states(int limit, int references) {
    List<List<TokenSequence>> prompts =
        Probing.prompts(texts, texts.size() / languages.size(), languages.size(), limit);
    StateCache cache = new StateCache(folder.resolve("cache"), 1L << 30);
    return TopStates.of(r.model, prompts, 2, references, cache, Progress.NONE);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
