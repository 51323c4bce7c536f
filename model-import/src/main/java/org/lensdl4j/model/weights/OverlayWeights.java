package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.base.Suggestions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Some weights with a few tensors replaced, for example by trained ones.
 *
 * <p>Closing this closes neither the base nor the arrays: both stay their owner's. The arrays must
 * not change while the overlay is in use.
 */
public final class OverlayWeights implements Weights {
  private static final int CHUNK = 1 << 18;

  private final Weights base;
  private final Map<String, INDArray> changed;
  private final Map<String, TensorInfo> infos;
  private String hash;

  /**
   * Lays values over a base.
   *
   * @param changed FLOAT arrays in C order under names that the base has, of the same shapes
   */
  public OverlayWeights(Weights base, Map<String, INDArray> changed) {
    this.base = base;
    this.changed = Map.copyOf(changed);
    Map<String, TensorInfo> all = new LinkedHashMap<>(base.tensors());
    for (Map.Entry<String, INDArray> e : changed.entrySet()) {
      TensorInfo old = all.get(e.getKey());
      if (old == null) {
        throw new ModelFormatException(
            "The model has no tensor "
                + e.getKey()
                + " to replace."
                + Suggestions.near(e.getKey(), all.keySet()));
      }
      HostArrays.requireContiguous(e.getValue(), "replacing " + e.getKey());
      TensorInfo now = new TensorInfo(old.name(), DType.F32, boxed(e.getValue().shape()));
      if (!now.shape().equals(old.shape())) {
        throw new ModelFormatException(
            e.getKey() + " has shape " + old.shape() + " and cannot become " + now.shape());
      }
      all.put(old.name(), now);
    }
    infos = Collections.unmodifiableMap(all);
  }

  /** What the values lie over. */
  public Weights base() {
    return base;
  }

  /** Names of the tensors that are replaced. */
  public Set<String> changed() {
    return changed.keySet();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return infos;
  }

  @Override
  public INDArray read(String name) {
    INDArray array = changed.get(name);
    if (array == null) {
      return base.read(name);
    }
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', array.shape());
    return out.assign(array);
  }

  @Override
  public void readInto(String name, INDArray target) {
    INDArray array = changed.get(name);
    if (array == null) {
      base.readInto(name, target);
      return;
    }
    HostArrays.requireContiguous(target, "reading " + name);
    if (target.length() != array.length()) {
      throw new IllegalArgumentException(
          name + " has " + array.length() + " elements, the array " + target.length());
    }
    float[] values = new float[(int) Math.min(CHUNK, array.length())];
    for (long at = 0; at < array.length(); at += values.length) {
      int n = (int) Math.min(values.length, array.length() - at);
      HostArrays.get(array, at, values, 0, n);
      HostArrays.put(target, at, values, 0, n);
    }
  }

  @Override
  public INDArray readRows(String name, int[] rows) {
    INDArray array = changed.get(name);
    if (array == null) {
      return base.readRows(name, rows);
    }
    int columns = Math.toIntExact(array.size(1));
    INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', rows.length, columns);
    float[] row = new float[columns];
    for (int i = 0; i < rows.length; i++) {
      HostArrays.get(array, (long) rows[i] * columns, row, 0, columns);
      HostArrays.put(out, (long) i * columns, row, 0, columns);
    }
    return out;
  }

  /** Covers the base's hash and the values laid over it. */
  @Override
  public synchronized String hash() {
    if (hash == null) {
      WeightHash digest = new WeightHash().add(base.hash());
      float[] values = new float[CHUNK];
      ByteBuffer bytes = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
      for (Map.Entry<String, INDArray> e : new TreeMap<>(changed).entrySet()) {
        digest.add(infos.get(e.getKey()));
        INDArray array = e.getValue();
        for (long at = 0; at < array.length(); at += CHUNK) {
          int n = (int) Math.min(CHUNK, array.length() - at);
          HostArrays.get(array, at, values, 0, n);
          bytes.clear();
          bytes.asFloatBuffer().put(values, 0, n);
          digest.add(bytes.limit(4 * n));
        }
      }
      hash = changed.isEmpty() ? base.hash() : digest.hex();
    }
    return hash;
  }

  @Override
  public void close() {}

  private static java.util.List<Long> boxed(long[] shape) {
    return java.util.Arrays.stream(shape).boxed().toList();
  }
}
