package org.lensdl4j.lens.train;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a {@link Trainer} trains for: the graph with its losses, the placeholders of a micro-batch,
 * and what reports say of both. Items are prompts or instructions, given by number.
 *
 * @param <M> what is known of a micro-batch
 * @param <R> the report of an optimiser step
 */
interface Objective<M, R extends Record> {
  /**
   * Builds the graph.
   *
   * @param twin a graph of this objective whose weights the new one shares, or null
   */
  TopGraph graph(TopGraph twin);

  /** Size of what a graph works on, in bytes: large graphs are not built once per core. */
  long bytes(TopGraph graph);

  /**
   * The placeholders of a micro-batch; the caller closes them. Safe for several threads at once.
   */
  Map<String, INDArray> placeholders(List<Integer> items);

  /**
   * Reads what a graph has yielded.
   *
   * @param epoch 0-based
   * @param number 0-based number of the micro-batch in its epoch
   * @param values by variable name
   */
  M micro(int epoch, int number, List<Integer> items, Map<String, INDArray> values);

  /** The loss of a micro-batch: what its gradients are those of. */
  double loss(M micro);

  /** What the sum over a step's micro-batches is divided by. */
  double divisor(List<List<Integer>> micros);

  /** Says what an optimiser step was like. */
  R step(Step step, List<M> micros);

  /** What items are called in messages, such as {@code prompts}. */
  String items();

  /** What may help when a loss is not finite. */
  String advice();

  /**
   * What every step has.
   *
   * @param step 1-based
   * @param steps of the whole run
   * @param epoch 0-based
   * @param learningRate the rate that was used
   * @param gradientNorm L2 norm of the whole gradient before clipping
   */
  record Step(int step, int steps, int epoch, double learningRate, double gradientNorm) {}
}
