package org.lensdl4j.lens.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums gradients over micro-batches, in memory that is taken once. */
public final class Gradients implements AutoCloseable {
  private final Map<String, INDArray> sums = new LinkedHashMap<>();

  /**
   * Sums that are not set yet: call {@link #clear} first.
   *
   * @param weights names and shapes
   */
  public Gradients(Map<String, INDArray> weights) {
    weights.forEach(
        (n, w) -> sums.put(n, Nd4j.createUninitializedDetached(w.dataType(), w.shape())));
  }

  /** Sets all sums to 0. */
  public void clear() {
    sums.values().forEach(s -> s.assign(0));
  }

  /** Adds gradients, by name; they stay the caller's. */
  public void add(Map<String, INDArray> gradients) {
    sums.forEach((n, s) -> s.addi(gradients.get(n)));
  }

  /** Multiplies all sums. */
  public void scale(double factor) {
    if (factor != 1) {
      sums.values().forEach(s -> s.muli(factor));
    }
  }

  /** L2 norm over all tensors; not finite if any value is not. */
  public double norm() {
    double squares = 0;
    for (INDArray s : sums.values()) {
      squares += squares(s);
    }
    return Math.sqrt(squares);
  }

  /**
   * Row by row, then in double: a single fp32 sum over a million squares is wrong in the fourth
   * digit.
   */
  static double squares(INDArray a) {
    if (a.rank() < 2) {
      double n = a.norm2Number().doubleValue();
      return n * n;
    }
    double sum = 0;
    try (INDArray rows = a.norm2(1)) {
      for (double n : rows.toDoubleVector()) {
        sum += n * n;
      }
    }
    return sum;
  }

  /** The first tensor, by name, that holds a value that is not finite. */
  public String firstNotFinite() {
    return sums.entrySet().stream()
        .filter(e -> !Double.isFinite(squares(e.getValue())))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("all tensors together");
  }

  /** The sums, by name: this object's own arrays. */
  public Map<String, INDArray> arrays() {
    return sums;
  }

  @Override
  public void close() {
    sums.values().forEach(INDArray::close);
  }
}
