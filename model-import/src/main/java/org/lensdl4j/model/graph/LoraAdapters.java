package org.lensdl4j.model.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.TensorShapes;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Values of low-rank adapters: for each adapted matrix {@code [out, in]} an A {@code [rank, in]}
 * and a B {@code [out, rank]}, FLOAT. They have these shapes for GPT-2's matrices too, which are
 * stored {@code [in, out]}.
 *
 * <p>Arrays are named after their matrix: {@code model.layers.0.self_attn.q_proj.weight} has {@code
 * model.layers.0.self_attn.q_proj.lora_A.weight} and {@code ...lora_B.weight}; these are the names
 * of the graph's variables too. Owns its arrays; close it after use.
 */
public final class LoraAdapters implements AutoCloseable {
  private static final String END = ".weight";
  private static final String END_A = ".lora_A.weight";
  private static final String END_B = ".lora_B.weight";

  private final Lora settings;
  private final ModelConfig model;
  private final Map<String, INDArray> arrays;
  private final Guard guard = new Guard("this set of adapters");

  /**
   * Adapters with given values.
   *
   * @param model whose matrices they stand beside
   * @param arrays FLOAT, by name, an A and a B for each matrix; owned by this object from now on
   * @throws IllegalArgumentException if one of a pair is missing, of another rank or not of the
   *     model
   */
  public LoraAdapters(Lora settings, ModelConfig model, Map<String, INDArray> arrays) {
    this.settings = settings;
    this.model = model;
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    Map<String, List<Long>> matrices = TensorShapes.tensors(model);
    for (String weight : weights()) {
      List<Long> stored = matrices.get(weight);
      if (stored == null || stored.size() != 2) {
        throw new IllegalArgumentException(weight + " is no matrix of this model");
      }
      long[] outIn = outIn(model, stored.get(0), stored.get(1));
      requireShape(nameOfA(weight), settings.rank(), outIn[1]);
      requireShape(nameOfB(weight), outIn[0], settings.rank());
    }
  }

  private void requireShape(String name, long... expected) {
    INDArray found = arrays.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no " + name);
    }
    if (!Arrays.equals(found.shape(), expected)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has shape %s, expected %s",
              name,
              Arrays.toString(found.shape()),
              Arrays.toString(expected)));
    }
  }

  private static long[] outIn(ModelConfig model, long rows, long columns) {
    return model.structure().transposed() ? new long[] {columns, rows} : new long[] {rows, columns};
  }

  /**
   * Adapters at their start, for layers of a model: A uniform in {@code +-1/sqrt(in)} as PEFT has
   * it, B zero. A matrix's values depend on seed and name alone.
   *
   * @param fromLayer 1-based
   * @param toLayer 1-based, inclusive
   * @throws IllegalArgumentException if a target is no matrix of these layers
   */
  public static LoraAdapters fresh(Lora settings, ModelConfig config, int fromLayer, int toLayer) {
    Map<String, long[]> matrices = new LinkedHashMap<>();
    for (int layer = fromLayer; layer <= toLayer; layer++) {
      TransformerLayer.parameterShapes(config, layer)
          .forEach(
              (name, shape) -> {
                if (shape.length == 2) {
                  matrices.put(name, outIn(config, shape[0], shape[1]));
                }
              });
    }
    requireTargets(settings, matrices.keySet());
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    matrices.forEach(
        (name, shape) -> {
          if (settings.adapts(name)) {
            arrays.put(nameOfA(name), start(settings, name, shape[1]));
            arrays.put(nameOfB(name), zeros(shape[0], settings.rank()));
          }
        });
    return new LoraAdapters(settings, config, arrays);
  }

  private static void requireTargets(Lora settings, Set<String> matrices) {
    for (String target : settings.targets()) {
      Lora one = settings.targets(target);
      if (matrices.stream().noneMatch(one::adapts)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "LoRA target '%s' is no matrix of these layers, whose first are %s",
                target,
                matrices.stream().limit(7).toList()));
      }
    }
  }

  private static INDArray start(Lora settings, String name, long in) {
    Random random = new Random(settings.seed() * 31 + name.hashCode());
    float[] values = new float[Math.toIntExact(settings.rank() * in)];
    double bound = 1 / Math.sqrt(in);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, settings.rank(), in);
    HostArrays.put(out, 0, values, 0, values.length);
    return out;
  }

  private static INDArray zeros(long rows, long columns) {
    return Nd4j.createUninitializedDetached(DataType.FLOAT, rows, columns).assign(0);
  }

  static String nameOfA(String weight) {
    return weight.substring(0, weight.length() - END.length()) + END_A;
  }

  static String nameOfB(String weight) {
    return weight.substring(0, weight.length() - END.length()) + END_B;
  }

  private static String weightOf(String name) {
    for (String end : List.of(END_A, END_B)) {
      if (name.endsWith(end)) {
        return name.substring(0, name.length() - end.length()) + END;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s is no adapter: expected a name that ends with %s or %s",
            name,
            END_A,
            END_B));
  }

  /** The settings. */
  public Lora settings() {
    return settings;
  }

  /** The model whose matrices they stand beside. */
  public ModelConfig model() {
    return model;
  }

  /** All arrays by name; they stay this object's. */
  public Map<String, INDArray> arrays() {
    return arrays;
  }

  /** The adapted matrices, by Hugging Face name. */
  public Set<String> weights() {
    Set<String> out = new LinkedHashSet<>();
    arrays.keySet().forEach(n -> out.add(weightOf(n)));
    return out;
  }

  /** A copy of one array, the caller's. */
  INDArray read(String name) {
    guard.requireOpen();
    INDArray found = arrays.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "there is no %s among the adapters of %s", name, weights()));
    }
    return Nd4j.createUninitializedDetached(DataType.FLOAT, found.shape()).assign(found);
  }

  /** A copy with the values that a graph's variables have now. */
  LoraAdapters withValues(Map<String, INDArray> now) {
    guard.requireOpen();
    Map<String, INDArray> copies = new LinkedHashMap<>();
    arrays.forEach(
        (name, old) -> {
          INDArray value = now.getOrDefault(name, old);
          copies.put(
              name, Nd4j.createUninitializedDetached(DataType.FLOAT, value.shape()).assign(value));
        });
    return new LoraAdapters(settings, model, copies);
  }

  /**
   * The adapted matrices with their adapters added: {@code W + scale B A}, or {@code W + scale (B
   * A)^T} where the model stores them {@code [in, out]}, FLOAT. Lay them over the model with {@link
   * org.lensdl4j.model.weights.OverlayWeights}, or write them with {@link
   * org.lensdl4j.model.export.ModelDirectoryWriter}.
   *
   * @param base the weights of the model
   * @return new arrays by Hugging Face name, the caller's to close
   */
  public Map<String, INDArray> merge(Weights base) {
    guard.requireOpen();
    Map<String, INDArray> out = new LinkedHashMap<>();
    try {
      for (String weight : weights()) {
        INDArray merged = base.read(weight);
        out.put(weight, merged);
        try (INDArray product = arrays.get(nameOfB(weight)).mmul(arrays.get(nameOfA(weight)))) {
          INDArray scaled = product.muli(settings.scale());
          merged.addi(model.structure().transposed() ? scaled.transpose() : scaled);
        }
      }
      return out;
    } catch (RuntimeException e) {
      out.values().forEach(INDArray::close);
      throw e;
    }
  }

  @Override
  public void close() {
    guard.close(
        () -> arrays.values().stream().filter(INDArray::closeable).forEach(INDArray::close));
  }
}
