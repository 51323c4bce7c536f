package org.lensdl4j.lens.loss;

/**
 * What the three terms of Lens compare (method.md section 3), for rows of any kind: variables of a
 * SameDiff graph, arrays, or one text's numbers. {@link LensLoss}, Deeplearning4j's losses and the
 * measures of held-out texts are made of this one definition.
 *
 * <p>Each term is the mean of the squares of what is yielded here, over rows and over the hidden
 * size. Implementations bring the arithmetic.
 *
 * @param <V> rows {@code [n, hidden]}, or {@code [n, directions]} in a subspace
 */
public interface TermMath<V> {
  /** The difference of two of a kind. */
  V minus(V a, V b);

  /** A difference of states in the agnostic subspace, A x in the coordinates of the loss. */
  V inAgnostic(V difference);

  /** A difference of states in the specific subspace, S x in the coordinates of the loss. */
  V inSpecific(V difference);

  /** A difference of states in the coordinates of the loss. */
  V inWhole(V difference);

  /** The pull: A (h_c - h_l). */
  default V align(V central, V target) {
    return inAgnostic(minus(central, target));
  }

  /** The push: S (h_l - h~_l) - lambda_l S delta_l. */
  default V separate(V target, V before, V displacement) {
    return minus(inSpecific(minus(target, before)), displacement);
  }

  /** What holds a language: mean h - mean h~. */
  default V retain(V mean, V before) {
    return inWhole(minus(mean, before));
  }
}
