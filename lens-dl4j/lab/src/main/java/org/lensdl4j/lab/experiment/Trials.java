package org.lensdl4j.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lab.evaluate.LanguageQuestions;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.train.LensTrainer;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RequestTraining;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.lens.train.TrainingListener;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.base.Progress;

/**
 * Trains and measures many configurations of one model on one set of texts.
 *
 * <pre>{@code
 * try (Trials trials =
 *     Trials.of(model).central("en").targets("sw", "zh")
 *         .probeOn(corpus).trainOn(fit).developOn(half).holdOut(otherHalf)
 *         .cache(folder).build()) {
 *   TrialResult result = trials.run(trials.config().learningRate(1e-4).build());
 *   result.pooled(Measure.RETRIEVAL_TO_CENTRAL); // change with interval
 *   TrialResult confirmed = trials.confirm(result.config());
 * }
 * }</pre>
 *
 * <p>Nothing is written but the cache. The states of all probing, training and measured texts are
 * computed the first time that a configuration needs them; a configuration may use the first {@code
 * probeTexts} and {@code trainTexts} of them and any of the languages. So give no more texts than
 * the largest configuration uses.
 *
 * <p>With all texts and all languages in the builder's order a trial ends in the same bits as
 * {@link org.lensdl4j.lens.Lens#fit} and {@link org.lensdl4j.lab.measure.HeldOut#compare} with the
 * same configuration; with fewer the states are those of the larger batches, which differ by
 * float32 rounding. The number of threads changes nothing for models that are trained in lanes (see
 * {@link LensTrainer}).
 *
 * <p>Configurations with a {@code target} train on {@linkplain TrialsBuilder#trainOn(RequestCorpus)
 * requests}, the others on parallel texts. With {@linkplain TrialsBuilder#ask questions} the
 * trained model answers these too; all its layers are in memory then.
 *
 * <p>Safe for several threads: what is shared is prepared by the first that needs it. Each run
 * holds its trained layers, their gradients and two moments, and a copy of the measured texts'
 * states.
 */
public final class Trials implements AutoCloseable {
  private final TransformerModel model;
  private final List<String> languages;
  private final int threads;
  private final boolean bits;
  private final String textsHash;
  private final ParallelCorpus train;
  private final StateCache cache;
  private final Progress progress;
  private final TrialSpaces spaces;
  private final TrialStates states;
  private final RequestCorpus requests;
  private final TrialAnswers answers;
  private final Split develop;
  private final Split heldOut;

  /** What is measured on: texts, null if there are none, and questions, null for none. */
  private record Split(String name, TrialTexts texts, LanguageQuestions questions) {}

  Trials(TrialsBuilder settings) {
    model = settings.model;
    languages = settings.languages();
    threads = settings.threads;
    bits = settings.bits;
    train = settings.train;
    cache = settings.cache;
    progress = settings.progress;
    textsHash = settings.textsHash();
    spaces = new TrialSpaces(settings);
    states = new TrialStates(settings);
    requests = settings.requests;
    answers = new TrialAnswers(model, progress);
    develop =
        new Split(
            TrialResult.DEVELOPMENT, settings.texts(settings.develop), settings.developQuestions);
    heldOut =
        new Split(TrialResult.HELD_OUT, settings.texts(settings.heldOut), settings.heldQuestions);
  }

  /**
   * Begins to set up trials.
   *
   * @param model stays the caller's
   */
  public static TrialsBuilder of(TransformerModel model) {
    return new TrialsBuilder(model);
  }

  /** The default settings with these languages, to start configurations from. */
  public LensConfigBuilder config() {
    return LensConfig.builder()
        .centralAndTargets(languages.get(0), languages.subList(1, languages.size()));
  }

  /** The model. */
  public TransformerModel model() {
    return model;
  }

  /** All languages, the central one first. */
  public List<String> languages() {
    return languages;
  }

  /** Whether there are questions, whose answers are measured. */
  public boolean measuresAnswers() {
    return develop.questions() != null;
  }

  /** Whether bits per byte are measured. */
  public boolean measuresBits() {
    return bits;
  }

  /** The language space that a configuration trains in. */
  public LanguageSpace space(LensConfig config) {
    check(config);
    return spaces
        .of(config)
        .requireModel(model.hash())
        .requireLanguages(config.languages(), config.central());
  }

  /**
   * Trains and measures on the development texts.
   *
   * @param listeners hear about the steps of this training
   * @throws LensException if the configuration does not fit the trials
   * @throws org.lensdl4j.lens.train.TrainingException if a loss or gradient is not finite, or the
   *     thread was interrupted
   */
  public TrialResult run(LensConfig config, TrainingListener... listeners) {
    return measured(config, develop, (result, weights) -> {}, listeners);
  }

  /** Sees a result together with the trained layers. */
  @FunctionalInterface
  public interface Visitor {
    /** The layers are closed afterwards. */
    void visit(TrialResult result, TrainedWeights weights);
  }

  /**
   * The same for who needs the trained layers too.
   *
   * @param visitor is called once, before this returns
   */
  public TrialResult run(LensConfig config, Visitor visitor, TrainingListener... listeners) {
    return measured(config, develop, visitor, listeners);
  }

  /**
   * Trains again, to the same bits, and measures on the held-out texts.
   *
   * @throws LensException if there are no held-out texts
   */
  public TrialResult confirm(LensConfig config) {
    requireHeldOut();
    return measured(config, heldOut, (result, weights) -> {});
  }

  /**
   * Measures layers that a configuration has trained on the held-out texts.
   *
   * @throws LensException if there are no held-out texts
   */
  public TrialResult confirm(LensConfig config, TrainedWeights weights) {
    requireHeldOut();
    return measured(config, heldOut, weights);
  }

  /**
   * Trains in a run folder, from which the model can be exported; an unfinished run there goes on.
   *
   * @param folder new, empty, or of the same run
   */
  public void run(LensConfig config, Path folder) {
    if (config.target().isOn()) {
      training(config, space(config)).progress(progress).run(folder);
    } else {
      requireTexts();
      new TrainingJob(model, space(config), config, train, cache).progress(progress).run(folder);
    }
  }

  /** Identity of all texts, in hex: of two trials with the same one, results can be compared. */
  public String textsHash() {
    return textsHash;
  }

  /** Whether there are texts to {@link #confirm} on. */
  public boolean hasHeldOut() {
    return heldOut.texts() != null;
  }

  private void requireHeldOut() {
    if (heldOut.texts() == null) {
      throw new LensException("there are no held-out texts: call holdOut");
    }
  }

  /** Trains only; the caller closes the changed layers. */
  public TrainedWeights train(LensConfig config, TrainingListener... listeners) {
    return trained(config, space(config), listeners);
  }

  /** Measures layers that a configuration has trained on the development texts. */
  public TrialResult measure(LensConfig config, TrainedWeights weights) {
    return measured(config, develop, weights);
  }

  private TrialResult measured(LensConfig config, Split split, TrainedWeights weights) {
    requireMeasured(split);
    long start = System.nanoTime();
    List<ItemValues> values = values(config, split, weights);
    return new TrialResult(config, split.name(), values, List.of(), 0, secondsSince(start));
  }

  private static void requireMeasured(Split split) {
    if (split.texts() == null) {
      throw new LensException("there are no texts to measure on: call developOn");
    }
  }

  private List<ItemValues> values(LensConfig config, Split split, TrainedWeights weights) {
    List<ItemValues> out = new ArrayList<>(split.texts().measure(config, space(config), weights));
    out.addAll(answers.measure(split.questions(), config, weights));
    return out;
  }

  private TrialResult measured(
      LensConfig config, Split split, Visitor visitor, TrainingListener... listeners) {
    requireMeasured(split);
    LanguageSpace space = space(config);
    if (!config.target().isOn()) {
      requireTexts();
      states.of(config);
    }
    List<StepReport> steps = new ArrayList<>();
    List<TrainingListener> all = new ArrayList<>(Arrays.asList(listeners));
    all.add(
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report);
          }
        });
    long start = System.nanoTime();
    try (TrainedWeights weights = trained(config, space, all.toArray(TrainingListener[]::new))) {
      double training = secondsSince(start);
      start = System.nanoTime();
      List<ItemValues> values = values(config, split, weights);
      TrialResult result =
          new TrialResult(config, split.name(), values, steps, training, secondsSince(start));
      visitor.visit(result, weights);
      return result;
    }
  }

  private TrainedWeights trained(
      LensConfig config, LanguageSpace space, TrainingListener... listeners) {
    if (config.target().isOn()) {
      try (NativeThreads single = threads == 1 ? NativeThreads.single() : null) {
        return training(config, space).setListeners(List.of(listeners)).threads(threads).fit();
      }
    }
    requireTexts();
    try (NativeThreads single = threads == 1 ? NativeThreads.single() : null;
        LensTrainer trainer = new LensTrainer(model, space, config, states.of(config), threads)) {
      trainer.setListeners(listeners);
      trainer.fit();
      return trainer.trained(model);
    }
  }

  /** On the requests for the configuration's languages. */
  private RequestTraining training(LensConfig config, LanguageSpace space) {
    if (requests == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option target: found %s, expected none: there are no requests to train on",
              config.target().name().toLowerCase(Locale.ROOT)));
    }
    RequestCorpus own =
        RequestCorpus.of(
            requests.items().stream()
                .filter(r -> config.languages().contains(r.language()))
                .toList());
    return new RequestTraining(model, space, config, own, cache);
  }

  private void requireTexts() {
    if (train == null) {
      throw new LensException(
          "option target: found none, expected one: there are requests to train on, and no parallel texts");
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void check(LensConfig config) {
    if (!config.central().equals(languages.get(0))) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option central: found '%s', expected '%s' as in the trials",
              config.central(),
              languages.get(0)));
    }
    if (!languages.containsAll(config.languages())) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option languages: found %s, expected some of %s",
              config.languages(),
              languages));
    }
    TrainingJob.requireLayers(config.topLayers(), model);
  }

  @Override
  public void close() {
    states.close();
    answers.close();
  }
}
