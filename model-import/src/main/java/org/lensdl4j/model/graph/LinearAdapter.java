package org.lensdl4j.model.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/** A term added to the product with a weight. */
@FunctionalInterface
interface LinearAdapter {
  LinearAdapter NONE = (weight, x, y) -> y;

  /**
   * The product with what is added to it.
   *
   * @param weight Hugging Face name
   * @param x {@code [rows, in]}
   * @param y {@code x W^T}, {@code [rows, out]}
   */
  SDVariable adapt(String weight, SDVariable x, SDVariable y);
}
