package org.lensdl4j.model.weights;

import java.util.List;

/**
 * A weight file's description of one tensor.
 *
 * @param name the Hugging Face name, whatever the file calls it
 * @param dtype the stored element type
 * @param shape the shape in Hugging Face order, outermost first; linear weights are {@code [out,
 *     in]}
 */
public record TensorInfo(String name, DType dtype, List<Long> shape) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements; 1 for a scalar. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
