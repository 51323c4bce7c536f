package org.lensdl4j.lens.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Guard;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.OverlayWeights;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The weights that a run changed, by Hugging Face name, FLOAT. Close it after use. */
public final class TrainedWeights implements AutoCloseable {
  private static final String MODEL = "model";

  private final Map<String, INDArray> arrays;
  private final Guard guard = new Guard("this set of trained weights");

  TrainedWeights(Map<String, INDArray> arrays) {
    this.arrays = arrays;
  }

  static TrainedWeights copyOf(Map<String, INDArray> weights) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    weights.forEach(
        (name, array) -> {
          INDArray copy = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', array.shape());
          copies.put(name, copy.assign(array));
        });
    return new TrainedWeights(copies);
  }

  /**
   * Writes the result of a run.
   *
   * @param weights FLOAT, by Hugging Face name
   */
  public static void save(
      Path file, Map<String, INDArray> weights, String modelHash, String configFingerprint) {
    Checkpoint.write(file, weights, Map.of(MODEL, modelHash, "config", configFingerprint));
  }

  /**
   * Reads the result of a run.
   *
   * @param run the run's folder
   * @param model the model that was trained
   * @throws LensException if the run is not finished, or belongs to another model
   */
  public static TrainedWeights load(Path run, TransformerModel model) {
    Path file = run.resolve("trained.safetensors");
    if (!Files.exists(file)) {
      RunFolder.require(run);
      throw new LensException(
          String.format(
              Locale.ROOT,
              "run %s is not finished: train again with the same output folder to go on",
              run));
    }
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      String hash = in.metadata().getOrDefault(MODEL, "");
      if (!hash.equals(model.hash())) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "run %s trained another model than %s (weights %s, here %s)",
                run,
                model.source(),
                RunFolder.brief(hash),
                RunFolder.brief(model.hash())));
      }
      for (var e : in.entries().entrySet()) {
        long[] shape = e.getValue().shape().stream().mapToLong(Long::longValue).toArray();
        float[] values = in.readFloats(e.getKey());
        INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        HostArrays.put(array, 0, values, 0, values.length);
        arrays.put(e.getKey(), array);
      }
      return new TrainedWeights(arrays);
    } catch (RuntimeException e) {
      arrays.values().forEach(INDArray::close);
      throw e;
    }
  }

  /** The arrays, by name; they stay this object's. */
  public Map<String, INDArray> arrays() {
    guard.requireOpen();
    return arrays;
  }

  /** The whole model after training: these tensors in place of the model's, all others from it. */
  public OverlayWeights over(TransformerModel model) {
    guard.requireOpen();
    return new OverlayWeights(model.weights(), arrays);
  }

  @Override
  public void close() {
    guard.close(() -> arrays.values().forEach(INDArray::close));
  }
}
