package org.lensdl4j.model.trunk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.TensorInfo;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random tensors for a description, in memory. */
public final class RandomWeights implements Weights {
  private final Map<String, TensorInfo> infos = new LinkedHashMap<>();
  private final Map<String, float[]> data = new LinkedHashMap<>();

  /** Norm weights near 1, biases near 0, matrices that keep the size of what they multiply. */
  public RandomWeights(ModelConfig config, Random random) {
    TensorShapes.tensors(config)
        .forEach(
            (name, shape) -> {
              TensorInfo info = new TensorInfo(name, DType.F32, shape);
              float[] values = new float[Math.toIntExact(info.elements())];
              boolean norm = name.endsWith("norm.weight");
              double scale = shape.size() == 2 ? 1.2 / Math.sqrt(shape.get(1)) : 0.3;
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((norm ? 1 : 0) + scale * random.nextGaussian());
              }
              infos.put(name, info);
              data.put(name, values);
            });
  }

  /** Loses a tensor. */
  public void forget(String name) {
    infos.remove(name);
    data.remove(name);
  }

  /** The values themselves: changes are seen. */
  public float[] values(String name) {
    float[] values = data.get(name);
    if (values == null) {
      throw new ModelFormatException("no tensor " + name);
    }
    return values;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return infos;
  }

  @Override
  public INDArray read(String name) {
    float[] values = values(name);
    List<Long> shape = infos.get(name).shape();
    return Nd4j.createFromArray(values)
        .reshape(shape.stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public void readInto(String name, INDArray target) {
    target.assign(read(name).reshape(target.shape()));
  }

  @Override
  public INDArray readRows(String name, int[] rows) {
    int columns = Math.toIntExact(infos.get(name).shape().get(1));
    float[] values = values(name);
    float[] out = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * columns, out, i * columns, columns);
    }
    return Nd4j.createFromArray(out).reshape(rows.length, columns);
  }

  @Override
  public String hash() {
    return "random";
  }

  @Override
  public void close() {}
}
