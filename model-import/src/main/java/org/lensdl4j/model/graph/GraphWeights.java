package org.lensdl4j.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Brings weights into a graph, each once, as variable or constant. */
final class GraphWeights {
  private final SameDiff sameDiff;
  private final Weights weights;
  private final Predicate<String> trainable;
  private final SameDiff shared;
  private final List<INDArray> owned = new ArrayList<>();
  private final Map<String, SDVariable> made = new HashMap<>();
  private final List<String> trainableNames = new ArrayList<>();

  /**
   * @param shared a graph whose arrays are used where it has them, or null
   */
  GraphWeights(SameDiff sameDiff, Weights weights, Predicate<String> trainable, SameDiff shared) {
    this.shared = shared;
    this.sameDiff = sameDiff;
    this.weights = weights;
    this.trainable = trainable;
  }

  SDVariable get(String name) {
    SDVariable known = made.get(name);
    if (known != null) {
      return known;
    }
    SDVariable v;
    if (trainable.test(name)) {
      v = sameDiff.var(name, array(name));
      trainableNames.add(name);
    } else {
      v = sameDiff.constant(name, array(name));
    }
    made.put(name, v);
    return v;
  }

  private INDArray array(String name) {
    if (shared != null && shared.hasVariable(name)) {
      return shared.getVariable(name).getArr();
    }
    INDArray read = weights.read(name);
    owned.add(read);
    return read;
  }

  /** Arrays that were read for this graph, and go with it. */
  List<INDArray> owned() {
    return owned;
  }

  /** For the embedding: {@code gather} has no usable gradient in this version of SameDiff. */
  SDVariable constant(String name) {
    if (trainable.test(name)) {
      throw new IllegalArgumentException(
          name
              + " cannot be trained: SameDiff 1.0.0-M2.1 has no gradient for an embedding look-up");
    }
    return get(name);
  }

  List<String> trainable() {
    return List.copyOf(trainableNames);
  }
}
