package org.lensdl4j.lens.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.DiskSpace;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.text.TokenSequence;

/**
 * A training run in a folder, from parallel texts to changed weights. An unfinished run in the
 * folder goes on where its last checkpoint left it; a finished one is left as it is.
 */
public final class TrainingJob {
  private final TransformerModel model;
  private final LanguageSpace space;
  private final LensConfig config;
  private final ParallelCorpus corpus;
  private final StateCache cache;
  private Progress progress = Progress.NONE;
  private List<TrainingListener> listeners = List.of();

  /** A job; nothing is read or written before {@link #run}. */
  public TrainingJob(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      ParallelCorpus corpus,
      StateCache cache) {
    this.model = model;
    this.space = space;
    this.config = config;
    this.corpus = corpus;
    this.cache = cache;
  }

  /** Who hears how far the work has come. */
  public TrainingJob progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** Replaces the listeners of training. */
  public TrainingJob setListeners(List<TrainingListener> newListeners) {
    listeners = List.copyOf(newListeners);
    return this;
  }

  /**
   * Trains.
   *
   * @param run the run's folder: new, empty, or of the same run
   * @throws org.lensdl4j.model.base.LensException if something given cannot be used
   * @throws TrainingException if training cannot go on
   */
  public void run(Path run) {
    // Before anything is written: the trainer would refuse it, but only with the folder taken.
    space.requireModel(model.hash()).requireLanguages(config.languages(), config.central());
    StatePosition.of(space, model.config());
    LensTrainer.requireCompat(model, config);
    requireLayers(config.topLayers(), model);
    List<List<TokenSequence>> prompts = prompts(model, corpus, config);
    requireDisk(run);
    try (RunFolder folder = RunFolder.take(run, identity(prompts), config.toJson())) {
      if (Files.exists(folder.trained())) {
        return;
      }
      Path spaceFile = run.resolve("space.safetensors");
      if (!Files.exists(spaceFile)) {
        space.save(spaceFile);
      }
      train(folder, prompts);
    }
  }

  /**
   * Refuses more top layers than a model has.
   *
   * @throws LensException naming how many there are
   */
  public static void requireLayers(int topLayers, TransformerModel model) {
    int layers = model.config().layers();
    if (topLayers > layers) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option topLayers: found %d, expected 1 to %d, the model's layers",
              topLayers,
              layers));
    }
  }

  /**
   * Two checkpoints of weights and both moments, because one replaces the other, and the result;
   * adapters are small, what they are merged into is not.
   */
  private void requireDisk(Path run) {
    long weights = TopWeights.elements(model, config);
    DiskSpace.require(run, Float.BYTES * weights * (config.usesLora() ? 1 : 3 + 3 + 1));
  }

  private void train(RunFolder folder, List<List<TokenSequence>> prompts) {
    long start = System.nanoTime();
    try (TopStates states =
            TopStates.of(model, prompts, config.topLayers(), config.lossLayers(), cache, progress);
        LensTrainer trainer = new LensTrainer(model, space, config, states)) {
      List<TrainingListener> all = new ArrayList<>(listeners);
      long micros = (long) config.epochs() * trainer.microBatchesPerEpoch();
      all.add(
          new TrainingListener() {
            @Override
            public void onMicroBatch(MicroReport r) {
              progress.update(
                  "training",
                  (long) r.epoch() * trainer.microBatchesPerEpoch() + r.micro() + 1,
                  micros);
            }
          });
      trainer.setListeners(all.toArray(TrainingListener[]::new));
      long tokens = prompts.stream().flatMap(List::stream).mapToLong(TokenSequence::length).sum();
      trainer.trainer().fit(folder, model, tokens, start);
      trainer.trainer().graph().save(folder.trained(), model, config.fingerprint());
      folder.finished();
    }
  }

  /**
   * The prompts of a run: per parallel text the token sequences of all languages, in the order of
   * {@code config.languages()}.
   */
  public static List<List<TokenSequence>> prompts(
      TransformerModel model, ParallelCorpus corpus, LensConfig config) {
    PromptEncoder encoder = encoder(model, config);
    int n = config.trainTexts() == 0 ? corpus.size() : Math.min(config.trainTexts(), corpus.size());
    List<List<TokenSequence>> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<TokenSequence> prompt = new ArrayList<>();
      for (String language : config.languages()) {
        // One at a time: the original trains on single prompts, which are never padded.
        prompt.addAll(encoder.encodeAll(List.of(corpus.text(language, i))));
      }
      out.add(prompt);
    }
    return out;
  }

  /** The form of training prompts: template, system text and length as the settings say. */
  public static PromptEncoder encoder(TransformerModel model, LensConfig config) {
    return Prompting.training(config).encoder(model);
  }

  private Map<String, String> identity(List<List<TokenSequence>> prompts) {
    List<TokenSequence> texts = new ArrayList<>();
    prompts.forEach(texts::addAll);
    Map<String, String> out = new LinkedHashMap<>();
    out.put("model", model.hash());
    out.put("settings", config.fingerprint());
    out.put("space", space.fingerprint());
    out.put("texts", StateCache.key("texts", "", 0, texts));
    if (model.config().isEncoder()) {
      out.put("position", StatePosition.name(StatePosition.of(space, model.config())));
    }
    return out;
  }
}
