package org.lensdl4j.lens.train;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays that are made one after the other: handed over when all are there, or all closed. */
final class OwnedArrays implements AutoCloseable {
  private final Map<String, INDArray> arrays = new HashMap<>();

  void put(String name, INDArray array) {
    putAll(Map.of(name, array));
  }

  /** Takes over the arrays of a map. */
  void putAll(Map<String, INDArray> more) {
    arrays.putAll(more);
  }

  /** The arrays, from now on the caller's. */
  Map<String, INDArray> handOver() {
    Map<String, INDArray> out = new HashMap<>(arrays);
    arrays.clear();
    return out;
  }

  @Override
  public void close() {
    arrays.values().forEach(INDArray::close);
  }
}
