package org.lensdl4j.lens;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RequestTraining;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.lens.train.TrainingListener;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.text.PromptEncoder;
import org.lensdl4j.model.trunk.Pooling;

/**
 * The whole job in one chain: probe a model, train its top layers, hold the result.
 *
 * <pre>{@code
 * try (TransformerModel model = TransformerModel.open(Path.of("SmolLM2-135M-Instruct"))) {
 *   LensResult result = Lens.of(model)
 *       .central("en").targets("zh", "sw")
 *       .probeOn(Corpus.jsonl(texts, List.of("en", "zh", "sw"), 0))
 *       .trainOn(ParallelCorpus.jsonl(texts, List.of("en", "zh", "sw"), "en", 0))
 *       .topLayers(2).learningRate(1e-5).epochs(1).seed(42)
 *       .fit(Path.of("runs/smol"));
 *   System.out.println(result.stats());
 *   result.export(Path.of("out/smol-lens"), ExportOptions.DEFAULTS.changedAs(DType.F32));
 * }
 * }</pre>
 *
 * <p>It uses nothing that is not public: {@link LanguageProbing}, {@link TrainingJob} and {@link
 * org.lensdl4j.lens.loss.LensLoss} do the same step by step. Not safe for use by several threads.
 */
public final class Lens {
  private static final long CACHE_BYTES = 8L << 30;

  private final TransformerModel model;
  private LensConfigBuilder config = LensConfig.builder();
  private String central = "en";
  private List<String> targets = List.of();
  private LanguageSpace space;
  private Pooling position;
  private Corpus probeCorpus;
  private ParallelCorpus trainCorpus;
  private RequestCorpus requests;
  private StateCache cache;
  private Progress progress = Progress.NONE;
  private List<TrainingListener> listeners = List.of();

  private Lens(TransformerModel model) {
    this.model = model;
  }

  /**
   * Starts a job with the settings of the original's published script.
   *
   * @param model stays the caller's
   */
  public static Lens of(TransformerModel model) {
    return new Lens(model);
  }

  /** Takes over all settings, languages included. */
  public Lens config(LensConfig settings) {
    config = settings.toBuilder();
    central = settings.central();
    targets = settings.targets();
    return this;
  }

  /** The pivot language; {@code en} by default. */
  public Lens central(String language) {
    central = language;
    return this;
  }

  /** The languages that are to gain. */
  public Lens targets(String... languages) {
    targets = Arrays.asList(languages);
    return this;
  }

  /** Texts to probe on, parallel or not. */
  public Lens probeOn(Corpus corpus) {
    probeCorpus = corpus;
    return this;
  }

  /**
   * What is read of a text in probing and training: {@link Pooling#MEAN} (the default) or {@link
   * Pooling#FIRST} of an encoder; of a decoder always {@link Pooling#LAST}. A space that is already
   * there says itself where it was probed.
   */
  public Lens position(Pooling pooling) {
    position = pooling;
    return this;
  }

  /** A language space that is already there; nothing is probed. */
  public Lens space(LanguageSpace known) {
    space = known;
    return this;
  }

  /** Parallel texts to train on. */
  public Lens trainOn(ParallelCorpus corpus) {
    trainCorpus = corpus;
    return this;
  }

  /**
   * Requests for answers in a language to train on, in place of parallel texts; towards states of
   * their answers unless {@link #config} has another target.
   */
  public Lens trainOn(RequestCorpus asked) {
    requests = asked;
    return this;
  }

  /** Layers to train, from the top. */
  public Lens topLayers(int count) {
    config.topLayers(count);
    return this;
  }

  /** The highest learning rate. */
  public Lens learningRate(double rate) {
    config.learningRate(rate);
    return this;
  }

  /** Passes over the training texts. */
  public Lens epochs(int count) {
    config.epochs(count);
    return this;
  }

  /** Seed of everything random. */
  public Lens seed(long value) {
    config.seed(value);
    return this;
  }

  /**
   * Where hidden states are kept between runs; a folder {@code states} beside the run by default.
   */
  public Lens cache(StateCache states) {
    cache = states;
    return this;
  }

  /** Who hears how far the work has come. */
  public Lens progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** Replaces the listeners of training. */
  public Lens setListeners(TrainingListener... newListeners) {
    listeners = List.of(newListeners);
    return this;
  }

  /** The settings as they are now. */
  public LensConfig settings() {
    config.centralAndTargets(central, targets);
    if (requests != null && !config.hasTarget()) {
      config.target(RequestTarget.STATES);
    }
    return config.build();
  }

  /**
   * Probes (unless a space was given) and trains. A run folder that holds this run unfinished goes
   * on where it stopped.
   *
   * @param run the run's folder: new, empty, or of the same run
   * @throws LensException if something given cannot be used
   * @throws org.lensdl4j.lens.train.TrainingException if training cannot go on
   */
  public LensResult fit(Path run) {
    if (trainCorpus == null && requests == null) {
      throw new LensException("there are no texts to train on: call trainOn before fit");
    }
    LensConfig settings = settings();
    TrainingJob.requireLayers(settings.topLayers(), model);
    StateCache states =
        cache != null
            ? cache
            : new StateCache(run.toAbsolutePath().resolveSibling("states"), CACHE_BYTES);
    LanguageSpace used = space != null ? space : probe(settings, states);
    if (requests != null) {
      new RequestTraining(model, used, settings, requests, states)
          .progress(progress)
          .setListeners(listeners)
          .run(run);
    } else {
      new TrainingJob(model, used, settings, trainCorpus, states)
          .progress(progress)
          .setListeners(listeners)
          .run(run);
    }
    return new LensResult(model, settings, used, run);
  }

  private LanguageSpace probe(LensConfig settings, StateCache states) {
    if (probeCorpus == null) {
      throw new LensException("there are no texts to probe on: call probeOn or space before fit");
    }
    PromptEncoder encoder = LanguageProbing.encoder(model, settings);
    Pooling usual = StatePosition.usual(model.config());
    Pooling read = position == null ? usual : position;
    String key =
        StateCache.key(
            read == usual ? "space" : "space " + StatePosition.name(read),
            model.hash(),
            encoder.fingerprint(),
            probeCorpus.hash(),
            settings.probingFingerprint());
    return states.open(
        key,
        folder ->
            LanguageProbing.run(
                    States.of(model, states).progress("probing", progress),
                    read,
                    probeCorpus,
                    settings,
                    null)
                .save(folder.resolve("space.safetensors")),
        folder -> LanguageSpace.load(folder.resolve("space.safetensors")));
  }
}
