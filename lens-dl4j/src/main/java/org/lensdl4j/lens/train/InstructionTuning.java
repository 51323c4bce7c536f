package org.lensdl4j.lens.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.export.AdapterFolder;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.text.TokenSequence;

/**
 * Instruction tuning in one chain.
 *
 * <pre>{@code
 * TuningResult result = InstructionTuning.of(model)
 *     .data(InstructionCorpus.jsonl(Path.of("sw.jsonl")))
 *     .topLayers(2)                                   // or .lora(Lora.rank(8).targets("q_proj", "v_proj"))
 *     .learningRate(1e-5).epochs(3).batchSize(4).seed(42)
 *     .fit(Path.of("runs/xsft"));
 * result.export(Path.of("out/smol-xsft"), ExportOptions.DEFAULTS.changedAs(DType.F32));
 * }</pre>
 *
 * <p>The loss is next-token cross-entropy over the tokens of the responses. Layers below the
 * trained ones run once; their states are kept in the cache. Not safe for use by several threads.
 */
public final class InstructionTuning {
  private static final long CACHE_BYTES = 8L << 30;

  private final TransformerModel model;
  private TuningConfigBuilder config = TuningConfig.builder();
  private InstructionCorpus data;
  private StateCache cache;
  private Progress progress = Progress.NONE;
  private List<TuningListener> listeners = List.of();

  private InstructionTuning(TransformerModel model) {
    this.model = model;
  }

  /**
   * Starts with the default settings.
   *
   * @param model stays the caller's
   */
  public static InstructionTuning of(TransformerModel model) {
    return new InstructionTuning(model);
  }

  /** What is learned. */
  public InstructionTuning data(InstructionCorpus corpus) {
    data = corpus;
    return this;
  }

  /** Takes over all settings. */
  public InstructionTuning config(TuningConfig settings) {
    config = settings.toBuilder();
    return this;
  }

  /** The settings as they are now. */
  public TuningConfig settings() {
    return config.build();
  }

  /** Layers from the top that are trained or, with {@link #lora}, get adapters; 2 by default. */
  public InstructionTuning topLayers(int count) {
    config.topLayers(count);
    return this;
  }

  /** Trains adapters in the top layers instead of the layers themselves. */
  public InstructionTuning lora(Lora adapters) {
    config.lora(adapters);
    return this;
  }

  /** The highest learning rate; 1e-5 by default. */
  public InstructionTuning learningRate(double rate) {
    config.learningRate(rate);
    return this;
  }

  /** Passes over the instructions; 1 by default. */
  public InstructionTuning epochs(int count) {
    config.epochs(count);
    return this;
  }

  /** Instructions of one optimiser step, all in one graph run. */
  public InstructionTuning batchSize(int size) {
    config.batchSize(size).accumulation(1);
    return this;
  }

  /** Seed of the order. */
  public InstructionTuning seed(long seed) {
    config.seed(seed);
    return this;
  }

  /** Where hidden states are kept; a folder {@code states} beside the run by default. */
  public InstructionTuning cache(StateCache states) {
    cache = states;
    return this;
  }

  /** Who hears how far the work has come. */
  public InstructionTuning progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** Replaces the listeners of training. */
  public InstructionTuning setListeners(TuningListener... newListeners) {
    listeners = List.of(newListeners);
    return this;
  }

  /**
   * Trains. A folder that holds this run unfinished goes on after its last epoch; a finished one is
   * left as it is.
   *
   * @param run the run's folder: new, empty, or of the same run
   * @throws LensException if something given cannot be used
   * @throws org.lensdl4j.lens.train.TrainingException if training cannot go on
   */
  public TuningResult fit(Path run) {
    if (data == null) {
      throw new LensException("there is nothing to learn: call data before fit");
    }
    TuningConfig settings = settings();
    TrainingJob.requireLayers(settings.topLayers(), model);
    List<EncodedInstruction> items = new InstructionEncoder(model, settings).encode(data);
    try (RunFolder folder =
        RunFolder.take(run, identity(items, settings), settings.toJson(data.method()))) {
      if (!Files.exists(folder.trained())) {
        train(folder, items, settings);
      }
    }
    return new TuningResult(model, settings, run);
  }

  private void train(RunFolder folder, List<EncodedInstruction> items, TuningConfig settings) {
    long start = System.nanoTime();
    try (Boundary states =
            EncodedInstruction.boundary(
                model, items, settings.topLayers(), cacheFor(folder.root()), progress);
        Trainer<ResponseObjective.Micro, TuningStep> trainer =
            new ResponseObjective(model.config(), model.weights(), settings, items, states)
                .trainer()) {
      trainer.setListeners(
          List.of(
              new Trainer.Listener<>() {
                @Override
                public void onStep(TuningStep step) {
                  listeners.forEach(l -> l.onStep(step));
                  progress.update("training", step.step(), step.steps());
                }
              }));
      long tokens = items.stream().mapToLong(i -> i.sequence().length()).sum();
      trainer.fit(folder, model, tokens, start);
      if (settings.lora() != null) {
        saveAdapter(folder, trainer.graph());
      }
      String fingerprint = StateCache.key("tuning", settings.toJson());
      trainer.graph().save(folder.trained(), model, fingerprint);
      folder.finished();
    }
  }

  private void saveAdapter(RunFolder folder, TopGraph graph) {
    Path adapter = folder.root().resolve(TuningResult.ADAPTER);
    if (!Files.exists(adapter)) {
      try (LoraAdapters adapters = graph.adapters()) {
        AdapterFolder.write(adapter, adapters, model.source().getFileName().toString());
      }
    }
  }

  private StateCache cacheFor(Path run) {
    return cache != null
        ? cache
        : new StateCache(run.toAbsolutePath().resolveSibling("states"), CACHE_BYTES);
  }

  private Map<String, String> identity(List<EncodedInstruction> items, TuningConfig settings) {
    List<TokenSequence> texts = items.stream().map(EncodedInstruction::sequence).toList();
    StringBuilder prompts = new StringBuilder();
    items.forEach(i -> prompts.append(i.promptLength()).append(' '));
    Map<String, String> out = new LinkedHashMap<>();
    out.put("model", model.hash());
    out.put("settings", StateCache.key("tuning", settings.toJson()));
    out.put("texts", StateCache.key("texts", prompts.toString(), 0, texts));
    return out;
  }
}
