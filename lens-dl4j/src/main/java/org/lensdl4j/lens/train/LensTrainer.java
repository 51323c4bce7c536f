package org.lensdl4j.lens.train;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains the top layers of a model (method.md section 3): micro-batch by micro-batch over cached
 * states, with accumulated gradients, clipped norm, AdamW and a schedule.
 *
 * <p>Deterministic: the same inputs and seed give the same bits, also across an interruption, and
 * with any number of threads for models small enough to be trained in several. A loss or gradient
 * that is not finite stops the run before anything on disk is replaced.
 *
 * <p>Holds the trained layers' weights, their gradients and two moments: 16 bytes a weight, or 4
 * bytes with low-rank adapters; a small model is trained on all cores at once, each with its own
 * intermediate results. Close it after use.
 */
public final class LensTrainer implements AutoCloseable {
  private final Guard guard = new Guard("this trainer");
  private final Trainer<MicroReport, StepReport> trainer;

  /**
   * A trainer at the start of its run.
   *
   * @param model read for the top layers' weights; may be closed afterwards
   * @param space a space of this model over the languages of {@code config}
   * @param states the prompts' states, with the languages in the order of {@code config}; stays the
   *     caller's
   * @throws LensException if the space is another model's, lacks a language, or was probed where
   *     this model is not read
   */
  public LensTrainer(
      TransformerModel model, LanguageSpace space, LensConfig config, TopStates states) {
    this(model, space, config, states, Runtime.getRuntime().availableProcessors());
  }

  /**
   * The same on some of the cores, for several trainers at once.
   *
   * @param threads micro-batches that are worked on at once at most, at least 1
   */
  public LensTrainer(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      TopStates states,
      int threads) {
    requireCompat(model, config);
    LanguageSpace checked =
        space.requireModel(model.hash()).requireLanguages(config.languages(), config.central());
    Pooling position = StatePosition.of(checked, model.config());
    trainer =
        new Trainer<>(
            new ParallelObjective(model, checked, config, position, states),
            config,
            new Trainer.Adam(
                config.beta1(), config.beta2(), config.epsilon(), config.checkpointEvery()),
            states.prompts(),
            config.shuffle(),
            threads);
  }

  /** Refuses what {@code compat} does not reproduce, and what is not for parallel texts. */
  static void requireCompat(TransformerModel model, LensConfig config) {
    if (config.target().isOn()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "option target: found %s, expected none: it is for requests, and these are parallel texts",
              config.target().name().toLowerCase(Locale.ROOT)));
    }
    if (config.compat().isOn() && model.config().isEncoder()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "compat %s reproduces decoders; model_type '%s' is an encoder",
              config.compat().id(),
              model.config().modelType()));
    }
    if (config.compat().isOn() && config.batchSize() != 1) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "compat %s trains with batchSize 1, found %d: with more, the original averages over states of padding tokens",
              config.compat().id(),
              config.batchSize()));
    }
  }

  /** Replaces the listeners. */
  public void setListeners(TrainingListener... newListeners) {
    trainer.setListeners(List.of(newListeners));
  }

  /** Optimiser steps of the whole run. */
  public int steps() {
    return trainer.order().steps();
  }

  /** Micro-batches of one epoch. */
  public int microBatchesPerEpoch() {
    return trainer.order().microsPerEpoch();
  }

  /** Optimiser steps done. */
  public int stepsDone() {
    return trainer.stepsDone();
  }

  /**
   * A copy of the weights as they are now, for use without a run folder; adapters are merged into
   * their matrices. The caller closes it.
   *
   * @param model the model that is trained
   */
  public TrainedWeights trained(TransformerModel model) {
    guard.requireOpen();
    return trainer.graph().trained(model);
  }

  /**
   * The trained weights now: the trainer's own arrays, FLOAT, by Hugging Face name; with low-rank
   * adapters these, by theirs.
   */
  public Map<String, INDArray> weights() {
    guard.requireOpen();
    return trainer.weights();
  }

  /**
   * Does the remaining steps without writing anything.
   *
   * @throws TrainingException if a loss or gradient is not finite
   * @throws IllegalStateException if another thread does, or after closing
   */
  public void fit() {
    try (Guard.Use ignored = guard.enter()) {
      trainer.fit();
    }
  }

  /** The loop, for a run in a folder. */
  Trainer<MicroReport, StepReport> trainer() {
    return trainer;
  }

  @Override
  public void close() {
    guard.close(trainer::close);
  }
}
