package org.lensdl4j.lens.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights and optimiser state after a step, in one safetensors file that is replaced as a whole.
 */
public final class Checkpoint {
  private static final String STEP = "step";
  private static final String FIRST = "adam.first.";
  private static final String SECOND = "adam.second.";

  private Checkpoint() {}

  /** Writes weights, by name, and the optimiser's moments of them. */
  public static void save(Path file, Map<String, INDArray> weights, AdamW optimiser) {
    Map<String, INDArray> all = new LinkedHashMap<>(weights);
    optimiser.first().forEach((n, a) -> all.put(FIRST + n, a));
    optimiser.second().forEach((n, a) -> all.put(SECOND + n, a));
    write(file, all, Map.of(STEP, Integer.toString(optimiser.steps())));
  }

  /** Writes arrays as F32 to a temporary file, then renames it. */
  static void write(Path file, Map<String, INDArray> arrays, Map<String, String> metadata) {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
    arrays.forEach(writer::add);
    writer.write(file);
  }

  /**
   * Puts a checkpoint's values into weights and optimiser.
   *
   * @return steps done: 0 if there is no checkpoint
   */
  public static int restore(Path file, Map<String, INDArray> weights, AdamW optimiser) {
    if (!Files.exists(file)) {
      return 0;
    }
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      weights.forEach((n, a) -> copy(file, in, n, a));
      optimiser.first().forEach((n, a) -> copy(file, in, FIRST + n, a));
      optimiser.second().forEach((n, a) -> copy(file, in, SECOND + n, a));
      int step = Integer.parseInt(in.metadata().getOrDefault(STEP, ""));
      optimiser.resumeAt(step);
      return step;
    } catch (NumberFormatException e) {
      throw new LensException(
          "checkpoint %s does not say which step it belongs to".formatted(file), e);
    }
  }

  private static void copy(Path file, SafetensorsFile in, String name, INDArray target) {
    float[] values = in.readFloats(name);
    if (values.length != target.length()) {
      throw new LensException(
          "checkpoint %s: %s has %d values, expected %d"
              .formatted(file, name, values.length, target.length()));
    }
    HostArrays.put(target, 0, values, 0, values.length);
  }
}
