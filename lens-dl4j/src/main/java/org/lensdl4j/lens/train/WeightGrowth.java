package org.lensdl4j.lens.train;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Watches whether training destroys the weights: a loss may stay finite while they are a thousand
 * times what they were, and would be noticed when the model is asked something.
 */
final class WeightGrowth {
  private static final double MOST = 100;

  /** Weights that begin near zero, as the second factor of an adapter, may grow to a tenth. */
  private static final double FLOOR = 0.1;

  private final Map<String, Double> before = new LinkedHashMap<>();
  private final Map<String, INDArray> weights;

  /** Remembers how large the weights are now. */
  WeightGrowth(Map<String, INDArray> weights) {
    this.weights = weights;
    weights.forEach((name, array) -> before.put(name, size(array)));
  }

  /**
   * Looks at the weights.
   *
   * @param step that was done, from 1
   * @param advice what to do about it
   * @throws TrainingException if one is not finite, or a hundred times as large as at the beginning
   */
  void check(int step, String advice) {
    weights.forEach(
        (name, array) -> {
          double now = size(array);
          double most = MOST * Math.max(FLOOR, before.get(name));
          if (!(now <= most)) {
            throw new TrainingException(
                String.format(
                    Locale.ROOT,
                    "step %d: the weights of %s were %.3g on average and are %.3g: training destroys"
                        + " them; %s",
                    step,
                    name,
                    before.get(name),
                    now,
                    advice));
          }
        });
  }

  /** The root of the mean square. */
  private static double size(INDArray array) {
    return Math.sqrt(Gradients.squares(array) / Math.max(1, array.length()));
  }
}
