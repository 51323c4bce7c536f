package org.lensdl4j.lab.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.trunk.Pooling;

/**
 * Analyses of hidden states, of a model alone or beside its trained self.
 *
 * <pre>{@code
 * StatesPca pca = StateAnalyses.of(model).texts(heldOut).run(Path.of("RUN")).pca();
 * pca.analysis().write(Path.of("out"));
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class StateAnalyses {
  private final TransformerModel model;
  private ParallelCorpus texts;
  private LanguageSpace space;
  private Path run;
  private String system = "You are a helpful assistant.";
  private int maxTokens = 128;
  private long seed = 42;
  private StateCache cache;
  private Progress progress = Progress.NONE;

  private StateAnalyses(TransformerModel model) {
    this.model = model;
  }

  /**
   * Analyses of a model.
   *
   * @param model stays the caller's
   */
  public static StateAnalyses of(TransformerModel model) {
    return new StateAnalyses(model);
  }

  /** The texts to measure on; for a trained model, not those that it was trained on. */
  public StateAnalyses texts(ParallelCorpus corpus) {
    texts = corpus;
    return this;
  }

  /** The language space; the run's by default. */
  public StateAnalyses space(LanguageSpace known) {
    space = known;
    return this;
  }

  /** A finished run of this model, for the second side. */
  public StateAnalyses run(Path folder) {
    run = folder;
    return this;
  }

  /** System message of prompts. */
  public StateAnalyses system(String message) {
    system = message;
    return this;
  }

  /** Longest prompt, template included; 128 by default. */
  public StateAnalyses maxTokens(int count) {
    maxTokens = count;
    return this;
  }

  /** Seed of intervals; 42 by default. */
  public StateAnalyses seed(long value) {
    seed = value;
    return this;
  }

  /** Where states are kept for the next analysis; nowhere by default. */
  public StateAnalyses cache(StateCache states) {
    cache = states;
    return this;
  }

  /** Who hears how far the work has come. */
  public StateAnalyses progress(Progress listener) {
    progress = listener;
    return this;
  }

  /**
   * Principal components of the final states.
   *
   * @throws LensException if texts or a space are missing, or do not belong to the model
   */
  public StatesPca pca() {
    requireTexts();
    List<StatesPca> found = new ArrayList<>();
    LanguageSpace used = space();
    pass(
        used,
        (layer, before, after) -> {
          if (layer == used.layers()) {
            found.add(StatesPca.of(used, ids(), before, after, seed));
          }
        });
    return found.get(0);
  }

  /**
   * Energy, separability and retrieval after every layer.
   *
   * @throws LensException if texts or a space are missing, or do not belong to the model
   */
  public LayerProfile layers() {
    requireTexts();
    LanguageSpace used = space();
    LayerProfile.Builder builder = new LayerProfile.Builder(used, texts.central(), ids(), seed);
    pass(used, builder);
    return builder.build();
  }

  private void pass(LanguageSpace used, StatePass.Visitor visitor) {
    used.requireModel(model.hash()).requireLanguages(texts.languages(), texts.central());
    try (TrainedWeights weights = run == null ? null : TrainedWeights.load(run, model)) {
      Pooling position = StatePosition.probed(used, model.config());
      States states = States.of(model, cache).progress("states", progress);
      new StatePass(states, weights, texts, position, system, maxTokens).run(visitor);
    }
  }

  /**
   * The space that is measured in.
   *
   * @throws LensException if none was given and there is no run with one
   */
  public LanguageSpace space() {
    if (space != null) {
      return space;
    }
    Path file = run == null ? null : run.resolve("space.safetensors");
    if (file == null || !Files.exists(file)) {
      throw new LensException("analysing states needs a language space: give one, or a run");
    }
    space = LanguageSpace.load(file);
    return space;
  }

  private ParallelCorpus requireTexts() {
    if (texts == null) {
      throw new LensException("there are no texts to analyse: call texts first");
    }
    return texts;
  }

  private List<String> ids() {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      out.add(texts.id(i));
    }
    return out;
  }

  /** What was measured, by option name. */
  public Map<String, String> options() {
    java.util.LinkedHashMap<String, String> out = new java.util.LinkedHashMap<>();
    out.put("model", String.valueOf(model.source().getFileName()));
    out.put("languages", String.join(",", requireTexts().languages()));
    out.put("central", texts.central());
    out.put("texts", Integer.toString(texts.size()));
    out.put("position", StatePosition.name(StatePosition.probed(space(), model.config())));
    out.put("max-tokens", Integer.toString(maxTokens));
    if (run != null) {
      out.put("run", String.valueOf(run.getFileName()));
    }
    out.put("seed", Long.toString(seed));
    return out;
  }
}
