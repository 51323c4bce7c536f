package org.lensdl4j.model.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adds weights to a graph, each once, as variable or constant. */
final class GraphWeights {
  private final SameDiff sameDiff;
  private final Weights weights;
  private final Predicate<String> trainable;
  private final SameDiff shared;
  private final List<INDArray> owned = new ArrayList<>();
  private final Map<String, SDVariable> made = new LinkedHashMap<>();
  private final Set<String> lookedUp = new HashSet<>();

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
    return trainable.test(name)
        ? variable(name, () -> weights.read(name))
        : put(name, sameDiff.constant(name, array(name, () -> weights.read(name))));
  }

  /** A trainable weight that the files need not have. */
  SDVariable variable(String name, Supplier<INDArray> values) {
    SDVariable known = made.get(name);
    return known == null ? put(name, sameDiff.var(name, array(name, values))) : known;
  }

  private SDVariable put(String name, SDVariable v) {
    made.put(name, v);
    return v;
  }

  private INDArray array(String name, Supplier<INDArray> values) {
    if (shared != null && shared.hasVariable(name)) {
      return shared.getVariable(name).getArr();
    }
    INDArray read = values.get();
    owned.add(read);
    return read;
  }

  /** The embedding, for a look-up. */
  SDVariable constant(String name) {
    lookedUp.add(name);
    requireConvertible(name, trainable.test(name));
    return get(name);
  }

  private void requireConvertible(String name, boolean train) {
    if (train && lookedUp.contains(name)) {
      throw new IllegalArgumentException(
          name
              + " cannot be trained: SameDiff 1.0.0-M2.1 has no gradient for an embedding look-up");
    }
  }

  /** Makes variables of constants or the other way round. */
  void convert(Predicate<String> names, boolean train) {
    List<SDVariable> chosen = new ArrayList<>();
    made.forEach(
        (name, v) -> {
          if (names.test(name)) {
            requireConvertible(name, train);
            chosen.add(v);
          }
        });
    if (train) {
      sameDiff.convertToVariables(chosen);
    } else {
      sameDiff.convertToConstants(chosen);
    }
  }

  void close() {
    owned.stream().filter(INDArray::closeable).forEach(INDArray::close);
  }

  List<String> names() {
    return List.copyOf(made.keySet());
  }

  List<String> trainable() {
    return made.values().stream()
        .filter(v -> v.getVariableType() == VariableType.VARIABLE)
        .map(SDVariable::name)
        .toList();
  }
}
