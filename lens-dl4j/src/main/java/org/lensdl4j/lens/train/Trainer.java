package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.config.Settings;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.weights.TensorInfo;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The training loop: micro-batch by micro-batch over cached states, with accumulated gradients,
 * clipped norm, AdamW and a schedule, log and checkpoints.
 *
 * <p>Deterministic: the same inputs and seed give the same bits, also across an interruption, and
 * with any number of threads for models small enough to be trained in several. A loss or gradient
 * that is not finite stops the run before anything on disk is replaced.
 *
 * @param <M> what is known of a micro-batch
 * @param <R> the report of an optimiser step
 */
final class Trainer<M, R extends Record> implements AutoCloseable {
  /** Above this size products are large enough to use all cores one at a time. */
  private static final long ONE_LANE_FROM = 256L << 20;

  /** What settings do not have in common: Adam's numbers, and steps between checkpoints. */
  record Adam(double beta1, double beta2, double epsilon, int checkpointEvery) {}

  /** Hears what training does, one call at a time and in order. */
  interface Listener<M, R> {
    /** A micro-batch's gradients have been added up. */
    default void onMicroBatch(M micro) {}

    /** An optimiser step is done. */
    default void onStep(R report) {}

    /** A checkpoint is on disk. */
    default void onCheckpoint(int step) {}
  }

  private final Objective<M, R> objective;
  private final Settings settings;
  private final int checkpointEvery;
  private final Order order;
  private final LearningRate rate;
  private final TopGraph graph;
  private final Lanes<TopGraph> lanes;
  private final AdamW optimiser;
  private final Gradients gradients;
  private final WeightGrowth growth;
  private List<? extends Listener<M, R>> listeners = List.of();

  /**
   * A trainer at the start of its run.
   *
   * @param items how many there are
   * @param shuffle whether each epoch has an order of its own
   * @param threads micro-batches that are worked on at once at most, at least 1
   */
  Trainer(
      Objective<M, R> objective,
      Settings settings,
      Adam adam,
      int items,
      boolean shuffle,
      int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", must be positive");
    }
    this.objective = objective;
    this.settings = settings;
    order = Order.of(items, settings, shuffle);
    // 0 is one after each epoch.
    checkpointEvery = adam.checkpointEvery() > 0 ? adam.checkpointEvery() : order.stepsPerEpoch();
    rate =
        new LearningRate(
            settings.learningRate(), settings.schedule(), order.steps(), settings.warmupRatio());
    List<TopGraph> graphs = graphs(objective, Math.min(threads, order.accumulation()));
    graph = graphs.get(0);
    lanes = new Lanes<>(graphs);
    optimiser =
        new AdamW(
            graph.weights(), adam.beta1(), adam.beta2(), adam.epsilon(), settings.weightDecay());
    gradients = new Gradients(graph.weights());
    growth = new WeightGrowth(graph.weights());
  }

  private static List<TopGraph> graphs(Objective<?, ?> objective, int most) {
    List<TopGraph> out = new ArrayList<>();
    try {
      out.add(objective.graph(null));
      int lanes = objective.bytes(out.get(0)) > ONE_LANE_FROM ? 1 : most;
      while (out.size() < lanes) {
        out.add(objective.graph(out.get(0)));
      }
      return out;
    } catch (RuntimeException | Error e) {
      out.forEach(TopGraph::close);
      throw e;
    }
  }

  void setListeners(List<? extends Listener<M, R>> newListeners) {
    listeners = List.copyOf(newListeners);
  }

  /** Whose weights are trained. */
  TopGraph graph() {
    return graph;
  }

  /** The trained variables now: the trainer's own arrays. */
  Map<String, INDArray> weights() {
    return graph.weights();
  }

  /** Gradients of the last step, after clipping; overwritten by the optimiser. */
  Map<String, INDArray> gradients() {
    return gradients.arrays();
  }

  Order order() {
    return order;
  }

  /** Optimiser steps done. */
  int stepsDone() {
    return optimiser.steps();
  }

  /** Does the remaining steps without writing anything. */
  void fit() {
    while (stepsDone() < order.steps()) {
      step();
    }
  }

  /**
   * Does the remaining steps in a run folder and says there what they have cost, also when one
   * fails.
   *
   * @param model the model whose layers are trained
   * @param tokens of all texts
   * @param start when the work on what enters the trained layers began, see {@link System#nanoTime}
   */
  void fit(RunFolder run, TransformerModel model, long tokens, long start) {
    long ready = System.nanoTime();
    double cpu = RunCost.cpuOfThisProcess();
    try {
      fit(run);
    } finally {
      run.add(
          new RunCost(
              (System.nanoTime() - ready) / 1e9,
              RunCost.cpuOfThisProcess() - cpu,
              (ready - start) / 1e9,
              order.epochs() * tokens,
              weights().values().stream().mapToLong(INDArray::length).sum(),
              model.weights().tensors().values().stream().mapToLong(TensorInfo::elements).sum(),
              RunCost.peakOfThisProcess()));
    }
  }

  /**
   * Does the remaining steps in a run folder: log and checkpoints go there, and an unfinished run
   * there goes on.
   */
  private void fit(RunFolder run) {
    run.rewindLog(Checkpoint.restore(run.checkpoint(), weights(), optimiser));
    while (stepsDone() < order.steps()) {
      R report = step();
      // Files cannot be written by an interrupted thread: this step first, then the interruption.
      boolean interrupted = Thread.interrupted();
      run.log(report);
      int done = stepsDone();
      if (done % checkpointEvery == 0 || done == order.steps()) {
        Checkpoint.save(run.checkpoint(), weights(), optimiser);
        listeners.forEach(l -> l.onCheckpoint(done));
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
        throw interruption(done);
      }
    }
  }

  /**
   * One optimiser step.
   *
   * @throws TrainingException if a loss or gradient is not finite, or the thread was interrupted
   */
  R step() {
    int step = stepsDone();
    if (Thread.currentThread().isInterrupted()) {
      throw interruption(step);
    }
    List<M> micros = accumulate(step);
    double norm = gradients.norm();
    if (!Double.isFinite(norm)) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "step %d: the gradient of %s is not finite; %s",
              step + 1,
              gradients.firstNotFinite(),
              objective.advice()));
    }
    if (settings.clipNorm() > 0) {
      // The 1e-6 is PyTorch's.
      gradients.scale(Math.min(1, settings.clipNorm() / (norm + 1e-6)));
    }
    double lr = rate.at(step);
    optimiser.step(gradients.arrays(), lr);
    growth.check(step + 1, objective.advice());
    R report =
        objective.step(
            new Objective.Step(step + 1, order.steps(), order.epoch(step), lr, norm), micros);
    listeners.forEach(l -> l.onStep(report));
    return report;
  }

  private static TrainingException interruption(int stepsDone) {
    return new TrainingException(
        String.format(
            Locale.ROOT,
            "interrupted after step %d; the run goes on from its last checkpoint",
            stepsDone));
  }

  /** Adds up the gradients of a step's mean loss, without changing a weight. */
  List<M> accumulate(int step) {
    List<List<Integer>> items = order.microBatches(step);
    List<M> reports = new ArrayList<>();
    gradients.clear();
    lanes.run(
        items.size(),
        (i, lane) -> {
          Micro<M> micro = micro(lane, step, order.firstMicro(step) + i, items.get(i));
          return () -> {
            gradients.add(micro.gradients());
            reports.add(micro.report());
            listeners.forEach(l -> l.onMicroBatch(micro.report()));
          };
        });
    gradients.scale(1.0 / objective.divisor(items));
    return reports;
  }

  /** What a micro-batch yields; the gradients are valid until its lane runs again. */
  private record Micro<M>(M report, Map<String, INDArray> gradients) {}

  private Micro<M> micro(TopGraph lane, int step, int number, List<Integer> items) {
    Map<String, INDArray> placeholders = objective.placeholders(items);
    try {
      Map<String, INDArray> found = lane.gradients(placeholders);
      M report = objective.micro(order.epoch(step), number, items, found);
      if (!Double.isFinite(objective.loss(report))) {
        throw new TrainingException(
            String.format(
                Locale.ROOT,
                "step %d: the loss is %s at %s %s; %s",
                step + 1,
                objective.loss(report),
                objective.items(),
                items,
                objective.advice()));
      }
      return new Micro<>(report, found);
    } finally {
      placeholders.values().forEach(INDArray::close);
    }
  }

  @Override
  public void close() {
    gradients.close();
    optimiser.close();
    lanes.close();
  }
}
