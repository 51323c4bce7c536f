package org.lensdl4j.lens.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.TransformerModel;
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
  /**
   * Above this size of the trained weights, products are large enough to use all cores one at a
   * time.
   */
  private static final long ONE_GRAPH_ABOVE = 256L << 20;

  private final LensConfig config;
  private final TopStates states;
  private final TopGraph graph;
  private final Lanes<TopGraph> lanes;
  private final BatchAssembler assembler;
  private final AdamW optimiser;
  private final Gradients gradients;
  private final Order order;
  private final LearningRate rate;
  private List<TrainingListener> listeners = List.of();

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
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", must be positive");
    }
    requireCompat(model, config);
    this.config = config;
    this.states = states;
    LanguageSpace checked =
        space.requireModel(model.hash()).requireLanguages(config.languages(), config.central());
    order = Order.of(states.prompts(), config);
    rate =
        new LearningRate(
            config.learningRate(), config.schedule(), order.steps(), config.warmupRatio());
    Pooling position = StatePosition.of(checked, model.config());
    List<Objective> objectives = Objective.all(checked, config, states, position);
    graph = new TopGraph(model, objectives, config, position, states.sharedTokens() > 0, null);
    lanes = new Lanes<>(graphs(model, objectives, position, threads));
    assembler =
        new BatchAssembler(
            model.config(), config, objectives, states, position, graph.placeholders());
    optimiser =
        new AdamW(
            graph.weights(),
            config.beta1(),
            config.beta2(),
            config.epsilon(),
            config.weightDecay());
    gradients = new Gradients(graph.weights());
  }

  /** Refuses what {@code compat} does not reproduce. */
  static void requireCompat(TransformerModel model, LensConfig config) {
    if (config.compat().isOn() && model.config().isEncoder()) {
      throw new LensException(
          "compat %s reproduces decoders; model_type '%s' is an encoder"
              .formatted(config.compat().id(), model.config().modelType()));
    }
    if (config.compat().isOn() && config.batchSize() != 1) {
      throw new LensException(
          "compat %s trains with batchSize 1, found %d: with more, the original averages over states of padding tokens"
              .formatted(config.compat().id(), config.batchSize()));
    }
  }

  private List<TopGraph> graphs(
      TransformerModel model, List<Objective> objectives, Pooling position, int threads) {
    long bytes = Float.BYTES * TopWeights.elements(model, config);
    int most = bytes > ONE_GRAPH_ABOVE ? 1 : threads;
    List<TopGraph> out = new ArrayList<>(List.of(graph));
    while (out.size() < Math.min(most, config.accumulation())) {
      boolean shared = states.sharedTokens() > 0;
      out.add(new TopGraph(model, objectives, config, position, shared, graph));
    }
    return out;
  }

  /** Replaces the listeners. */
  public void setListeners(TrainingListener... newListeners) {
    listeners = List.of(newListeners);
  }

  /** Optimiser steps of the whole run. */
  public int steps() {
    return order.steps();
  }

  /** Micro-batches of one epoch. */
  public int microBatchesPerEpoch() {
    return order.microsPerEpoch();
  }

  /** Optimiser steps done. */
  public int stepsDone() {
    return optimiser.steps();
  }

  /** Writes the weights that the run has changed; adapters are merged into their matrices. */
  void saveResult(Path file, TransformerModel model) {
    if (!config.usesLora()) {
      TrainedWeights.save(file, weights(), model.hash(), config.fingerprint());
      return;
    }
    Map<String, INDArray> merged = graph.changed(model.weights());
    try {
      TrainedWeights.save(file, merged, model.hash(), config.fingerprint());
    } finally {
      merged.values().forEach(INDArray::close);
    }
  }

  /**
   * A copy of the weights as they are now, for use without a run folder; adapters are merged into
   * their matrices. The caller closes it.
   *
   * @param model the model that is trained
   */
  public TrainedWeights trained(TransformerModel model) {
    return config.usesLora()
        ? new TrainedWeights(graph.changed(model.weights()))
        : TrainedWeights.copyOf(weights());
  }

  /**
   * The trained weights now: the trainer's own arrays, FLOAT, by Hugging Face name; with low-rank
   * adapters these, by theirs.
   */
  public Map<String, INDArray> weights() {
    return graph.weights();
  }

  /**
   * Does the remaining steps without writing anything.
   *
   * @throws TrainingException if a loss or gradient is not finite
   */
  public void fit() {
    while (stepsDone() < steps()) {
      step();
    }
  }

  /**
   * Does the remaining steps in a run folder: log and checkpoints go there, and an unfinished run
   * there goes on.
   */
  void fit(RunFolder run) {
    int done = Checkpoint.restore(run.checkpoint(), graph.weights(), optimiser);
    run.rewindLog(done);
    int every = config.checkpointEvery() > 0 ? config.checkpointEvery() : order.stepsPerEpoch();
    while (stepsDone() < steps()) {
      StepReport report = step();
      // Files cannot be written by an interrupted thread: this step first, then the interruption.
      boolean interrupted = Thread.interrupted();
      run.log(report);
      if (report.step() % every == 0 || report.step() == steps()) {
        Checkpoint.save(run.checkpoint(), graph.weights(), optimiser);
        listeners.forEach(l -> l.onCheckpoint(report.step()));
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
        throw interruption(report.step());
      }
    }
  }

  /**
   * One optimiser step.
   *
   * @throws TrainingException if a loss or gradient is not finite, or the thread was interrupted
   */
  StepReport step() {
    int step = stepsDone();
    List<List<Integer>> micros = order.microBatches(step);
    gradients.clear();
    List<MicroReport> reports = new ArrayList<>();
    if (Thread.currentThread().isInterrupted()) {
      throw interruption(step);
    }
    lanes.run(
        micros.size(),
        (i, lane) -> {
          Micro micro = micro(lane, step, order.firstMicro(step) + i, micros.get(i));
          return () -> {
            gradients.add(micro.gradients());
            reports.add(micro.report());
            listeners.forEach(l -> l.onMicroBatch(micro.report()));
          };
        });
    gradients.scale(1.0 / micros.size());
    double norm = gradients.norm();
    if (!Double.isFinite(norm)) {
      throw new TrainingException(
          "step %d: the gradient of %s is not finite; lower the learning rate or the weights of the terms"
              .formatted(step + 1, gradients.firstNotFinite()));
    }
    if (config.clipNorm() > 0) {
      // The 1e-6 is PyTorch's.
      gradients.scale(Math.min(1, config.clipNorm() / (norm + 1e-6)));
    }
    double lr = rate.at(step);
    optimiser.step(gradients.arrays(), lr);
    StepReport report = summary(step, lr, norm, reports);
    listeners.forEach(l -> l.onStep(report));
    return report;
  }

  private static TrainingException interruption(int stepsDone) {
    return new TrainingException(
        "interrupted after step %d; the run goes on from its last checkpoint".formatted(stepsDone));
  }

  /** What a micro-batch yields; the gradients are valid until its lane runs again. */
  private record Micro(MicroReport report, Map<String, INDArray> gradients) {}

  private Micro micro(TopGraph lane, int step, int number, List<Integer> prompts) {
    Map<String, INDArray> placeholders = assembler.assemble(prompts);
    try {
      Map<String, INDArray> found = lane.run(placeholders);
      MicroReport report = TermValues.read(lane, found, config, order.epoch(step), number, prompts);
      if (!Double.isFinite(report.loss())) {
        throw new TrainingException(
            "step %d: the loss is %s at prompts %s; lower the learning rate or the weights of the terms"
                .formatted(step + 1, report.loss(), prompts));
      }
      return new Micro(report, found);
    } finally {
      placeholders.values().forEach(INDArray::close);
    }
  }

  private StepReport summary(int step, double lr, double norm, List<MicroReport> reports) {
    Map<String, Double> align = new LinkedHashMap<>();
    Map<String, Double> separate = new LinkedHashMap<>();
    double loss = 0;
    double retain = 0;
    double retainTargets = 0;
    double contrast = 0;
    double share = 1.0 / reports.size();
    for (MicroReport r : reports) {
      loss += share * r.loss();
      retain += share * r.retain();
      retainTargets += share * r.retainTargets();
      contrast += share * r.contrast();
      r.align().forEach((l, v) -> align.merge(l, share * v, Double::sum));
      r.separate().forEach((l, v) -> separate.merge(l, share * v, Double::sum));
    }
    return new StepReport(
        step + 1,
        steps(),
        order.epoch(step),
        lr,
        norm,
        loss,
        align,
        separate,
        retain,
        retainTargets,
        contrast);
  }

  @Override
  public void close() {
    gradients.close();
    optimiser.close();
    lanes.close();
  }
}
