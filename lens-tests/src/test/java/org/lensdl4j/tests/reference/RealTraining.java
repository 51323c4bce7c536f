package org.lensdl4j.tests.reference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.lens.train.LensTrainer;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Outputs;
import org.lensdl4j.model.trunk.Trunk;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.Weights;

/** A training run on a real model and text, with everything that reference values are held to. */
final class RealTraining {
  final RecordedTraining reports = new RecordedTraining();

  /** Trained weights before and after, by name. */
  final Map<String, double[]> before;

  final Map<String, double[]> after;

  /** Final states of the last token of the first prompts, by language, after training. */
  final Map<String, double[]> statesAfter;

  final Map<String, double[]> statesBefore;

  private final TransformerModel model;
  private final List<String> languages;

  /**
   * Trains.
   *
   * @param compared prompts whose final states are kept
   */
  RealTraining(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      ParallelCorpus corpus,
      int compared,
      Path folder) {
    this.model = model;
    this.languages = config.languages();
    List<List<TokenSequence>> prompts = prompts(model, config, corpus);
    StateCache cache = new StateCache(folder.resolve("cache"), 1L << 32);
    try (TopStates states = TopStates.of(model, prompts, config.topLayers(), cache, Progress.NONE);
        LensTrainer trainer = new LensTrainer(model, space, config, states)) {
      before = TrainingReference.copy(trainer.weights());
      trainer.setListeners(reports);
      trainer.fit();
      after = TrainingReference.copy(trainer.weights());
      statesBefore = finalStates(model.weights(), prompts.subList(0, compared));
      Weights trained = new OverlayWeights(model.weights(), trainer.weights());
      statesAfter = finalStates(trained, prompts.subList(0, compared));
    }
  }

  /**
   * Settings under which a run shows the gradient of the first prompt alone, see {@link
   * TrainingReference#gradient}.
   */
  static LensConfig oneGradient(List<String> languages) {
    return TrainingReference.oneGradient(LensConfig.builder().languages(languages).trainTexts(1));
  }

  /** The gradient of a weight after a run with {@link #oneGradient}. */
  double[] gradient(String name) {
    return TrainingReference.gradient(before.get(name), after.get(name));
  }

  /** How far each value of a tensor has moved. */
  double[] change(String name) {
    return TrainingReference.minus(after.get(name), before.get(name));
  }

  static List<List<TokenSequence>> prompts(
      TransformerModel model, LensConfig config, ParallelCorpus corpus) {
    PromptEncoder encoder = TrainingJob.encoder(model, config);
    List<List<TokenSequence>> out = new ArrayList<>();
    for (int i = 0; i < Math.min(config.trainTexts(), corpus.size()); i++) {
      List<TokenSequence> prompt = new ArrayList<>();
      for (String language : config.languages()) {
        prompt.add(encoder.encode(corpus.text(language, i)));
      }
      out.add(prompt);
    }
    return out;
  }

  private Map<String, double[]> finalStates(Weights weights, List<List<TokenSequence>> prompts) {
    List<TokenSequence> texts = prompts.stream().flatMap(List::stream).toList();
    int d = model.config().hiddenSize();
    Map<String, double[]> out = new HashMap<>();
    languages.forEach(l -> out.put(l, new double[prompts.size() * d]));
    float[] state = new float[d];
    try (Trunk trunk = Trunk.builder(model.config(), weights).build();
        HiddenStates states = trunk.embed(texts)) {
      trunk.advance(states, model.config().layers(), Outputs.LAST_TOKEN, null);
      for (int i = 0; i < texts.size(); i++) {
        states.last(i, state);
        double[] to = out.get(languages.get(i % languages.size()));
        System.arraycopy(Near.doubles(state), 0, to, i / languages.size() * d, d);
      }
    }
    return out;
  }
}
