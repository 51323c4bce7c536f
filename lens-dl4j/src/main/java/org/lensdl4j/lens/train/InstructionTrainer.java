package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.LoraAdapters;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loop: micro-batches over cached states, gradients added up and clipped, AdamW, a schedule.
 * Deterministic, also across an interruption.
 */
final class InstructionTrainer implements AutoCloseable {
  /** Above this size of what a graph holds, it is not built once per core. */
  private static final long ONE_GRAPH_ABOVE = 256L << 20;

  private final TuningConfig config;
  private final List<EncodedInstruction> items;
  private final BoundaryStates states;
  private final ResponseGraph graph;
  private final Lanes<ResponseGraph> lanes;
  private final AdamW optimiser;
  private final Gradients gradients;
  private final Order order;
  private final LearningRate rate;
  private List<TuningListener> listeners = List.of();

  InstructionTrainer(
      TransformerModel model,
      TuningConfig config,
      List<EncodedInstruction> items,
      BoundaryStates states) {
    this.config = config;
    this.items = items;
    this.states = states;
    order =
        new Order(
            items.size(),
            config.batchSize(),
            config.accumulation(),
            config.epochs(),
            true,
            config.seed());
    rate =
        new LearningRate(
            config.learningRate(), config.schedule(), order.steps(), config.warmupRatio());
    graph = new ResponseGraph(model.config(), model.weights(), config, null);
    lanes = new Lanes<>(graphs(model));
    optimiser = new AdamW(graph.weights(), 0.9, 0.999, 1e-8, config.weightDecay());
    gradients = new Gradients(graph.weights());
  }

  private List<ResponseGraph> graphs(TransformerModel model) {
    long bytes = Float.BYTES * graph.weights().values().stream().mapToLong(INDArray::length).sum();
    int most = bytes > ONE_GRAPH_ABOVE ? 1 : Runtime.getRuntime().availableProcessors();
    List<ResponseGraph> out = new ArrayList<>(List.of(graph));
    while (out.size() < Math.min(most, config.accumulation())) {
      out.add(new ResponseGraph(model.config(), model.weights(), config, graph));
    }
    return out;
  }

  void setListeners(List<TuningListener> newListeners) {
    listeners = newListeners;
  }

  /** The trained variables now: the trainer's own arrays. */
  Map<String, INDArray> weights() {
    return graph.weights();
  }

  /** A copy of the adapters, the caller's. */
  LoraAdapters adapters() {
    return graph.adapters();
  }

  /** Gradients of the last step, after clipping; overwritten by the optimiser. */
  Map<String, INDArray> gradients() {
    return gradients.arrays();
  }

  int steps() {
    return order.steps();
  }

  /** Does the remaining steps; an unfinished run in the folder goes on. */
  void fit(RunFolder run) {
    run.rewindLog(Checkpoint.restore(run.checkpoint(), graph.weights(), optimiser));
    while (optimiser.steps() < steps()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new TrainingException(
            "interrupted after step %d; the run goes on from its last checkpoint"
                .formatted(optimiser.steps()));
      }
      TuningStep step = step();
      boolean interrupted = Thread.interrupted();
      run.log(step);
      if (step.step() % order.stepsPerEpoch() == 0 || step.step() == steps()) {
        Checkpoint.save(run.checkpoint(), graph.weights(), optimiser);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  TuningStep step() {
    int step = optimiser.steps();
    double loss = accumulate(step);
    double norm = gradients.norm();
    if (!Double.isFinite(norm)) {
      throw new TrainingException(
          "step %d: the gradient of %s is not finite; lower the learning rate"
              .formatted(step + 1, gradients.firstNotFinite()));
    }
    if (config.clipNorm() > 0) {
      // The 1e-6 is PyTorch's.
      gradients.scale(Math.min(1, config.clipNorm() / (norm + 1e-6)));
    }
    double lr = rate.at(step);
    optimiser.step(gradients.arrays(), lr);
    TuningStep report =
        new TuningStep(step + 1, steps(), order.epoch(step), lr, norm, loss, tokens(step));
    listeners.forEach(l -> l.onStep(report));
    return report;
  }

  /** Adds up the gradients of a step's mean loss, without changing a weight. */
  double accumulate(int step) {
    List<List<Integer>> micros = order.microBatches(step);
    gradients.clear();
    double[] sum = {0};
    lanes.run(
        micros.size(),
        (micro, lane) -> {
          ResponseGraph.Found found = lane.gradients(items, states, micros.get(micro));
          if (!Double.isFinite(found.nats())) {
            throw new TrainingException(
                "step %d: the loss is %s at instructions %s; lower the learning rate"
                    .formatted(step + 1, found.nats(), micros.get(micro)));
          }
          return () -> {
            gradients.add(found.gradients());
            sum[0] += found.nats();
          };
        });
    int tokens = tokens(step);
    gradients.scale(1.0 / tokens);
    return sum[0] / tokens;
  }

  private int tokens(int step) {
    return order.microBatches(step).stream()
        .flatMap(List::stream)
        .mapToInt(i -> items.get(i).responseLength())
        .sum();
  }

  @Override
  public void close() {
    gradients.close();
    optimiser.close();
    lanes.close();
  }
}
