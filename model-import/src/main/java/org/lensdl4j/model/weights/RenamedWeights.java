package org.lensdl4j.model.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights under other names than in the files. The weights below stay their owner. */
public final class RenamedWeights implements Weights {
  private final Weights files;
  private final Map<String, String> stored = new LinkedHashMap<>();
  private final Map<String, TensorInfo> infos = new LinkedHashMap<>();

  private RenamedWeights(Weights files, UnaryOperator<String> rename) {
    this.files = files;
    files
        .tensors()
        .forEach(
            (name, info) -> {
              String other = rename.apply(name);
              stored.put(other, name);
              infos.put(other, new TensorInfo(other, info.dtype(), info.shape()));
            });
  }

  /**
   * The norms of the first checkpoints, {@code gamma} and {@code beta}, as weight and bias.
   *
   * @return the weights themselves if they have no such names
   */
  public static Weights ofFirstCheckpoints(Weights files) {
    boolean old = files.tensors().keySet().stream().anyMatch(n -> n.endsWith("LayerNorm.gamma"));
    return old ? new RenamedWeights(files, RenamedWeights::norm) : files;
  }

  private static String norm(String name) {
    return name.replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  @Override
  public String storedName(String name) {
    return Objects.requireNonNullElse(stored.get(name), name);
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return java.util.Collections.unmodifiableMap(infos);
  }

  @Override
  public INDArray read(String name) {
    return files.read(storedName(name));
  }

  @Override
  public void readInto(String name, INDArray target) {
    files.readInto(storedName(name), target);
  }

  @Override
  public INDArray readRows(String name, int[] rows) {
    return files.readRows(storedName(name), rows);
  }

  @Override
  public String hash() {
    return files.hash();
  }

  @Override
  public void close() {
    files.close();
  }
}
