package org.lensdl4j.lens.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.HostArrays;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights and optimiser state after a step, in one safetensors file that is replaced as a whole.
 */
final class Checkpoint {
  private static final String STEP = "step";
  private static final String FIRST = "adam.first.";
  private static final String SECOND = "adam.second.";

  private Checkpoint() {}

  /** Writes weights, by name, and the optimiser's moments of them. */
  public static void save(Path file, Map<String, INDArray> weights, AdamW optimiser) {
    write(file, arrays(weights, optimiser), Map.of(STEP, Integer.toString(optimiser.steps())));
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
      int step = Integer.parseInt(in.metadata().getOrDefault(STEP, ""));
      Map<String, INDArray> all = arrays(weights, optimiser);
      // All or nothing: a checkpoint of something else must not leave half of itself behind.
      all.forEach((name, array) -> requireSize(file, in, name, array.length()));
      all.forEach(
          (name, array) -> {
            float[] values = in.readFloats(name);
            HostArrays.put(array, 0, values, 0, values.length);
          });
      optimiser.resumeAt(step);
      return step;
    } catch (NumberFormatException e) {
      throw new LensException(
          String.format(Locale.ROOT, "checkpoint %s does not say which step it belongs to", file),
          e);
    }
  }

  /** What a checkpoint holds, by its names there. */
  private static Map<String, INDArray> arrays(Map<String, INDArray> weights, AdamW optimiser) {
    Map<String, INDArray> all = new LinkedHashMap<>(weights);
    optimiser.first().forEach((n, a) -> all.put(FIRST + n, a));
    optimiser.second().forEach((n, a) -> all.put(SECOND + n, a));
    return all;
  }

  private static void requireSize(Path file, SafetensorsFile in, String name, long expected) {
    var entry = in.entries().get(name);
    long found = entry == null ? 0 : entry.shape().stream().reduce(1L, Math::multiplyExact);
    if (found != expected) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "checkpoint %s: %s has %d values, expected %d",
              file,
              name,
              found,
              expected));
    }
  }
}
