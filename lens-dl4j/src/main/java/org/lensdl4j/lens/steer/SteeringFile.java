package org.lensdl4j.lens.steer;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Sha256;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;

/**
 * The file form of a steering: safetensors with {@code direction} [steered layers, languages, d],
 * F64, and in its metadata under {@code lens} the settings ({@link SteeringManifest}).
 */
final class SteeringFile {
  private static final String MANIFEST = "lens";
  private static final String DIRECTION = "direction";

  private SteeringFile() {}

  static void save(Steering steering, Path file) {
    SteeringManifest m = steering.manifest;
    new SafetensorsWriter()
        .metadata(Map.of(MANIFEST, m.toJson()))
        .add(
            DIRECTION,
            new long[] {m.layers().size(), m.languages().size(), m.hiddenSize()},
            flat(steering))
        .write(file);
  }

  private static double[] flat(Steering steering) {
    SteeringManifest m = steering.manifest;
    int d = m.hiddenSize();
    int rows = Math.multiplyExact(m.layers().size(), m.languages().size());
    double[] out = new double[Math.multiplyExact(rows, d)];
    for (int r = 0; r < rows; r++) {
      double[] row = steering.directions[r / m.languages().size()][r % m.languages().size()];
      System.arraycopy(row, 0, out, r * d, d);
    }
    return out;
  }

  static String fingerprint(Steering steering) {
    double[] values = flat(steering);
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES));
    bytes.asDoubleBuffer().put(values);
    return new Sha256().add(steering.manifest.toJson()).add(bytes).hex();
  }

  static boolean is(Path file) {
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      String json = in.metadata().getOrDefault(MANIFEST, "");
      return json.contains("\"" + SteeringManifest.FORMAT + "\"");
    }
  }

  static Steering load(Path file) {
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      String json = in.metadata().get(MANIFEST);
      if (json == null || !in.entries().keySet().equals(Set.of(DIRECTION))) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found tensors %s%s, expected a steering: tensor %s, and '%s' in the metadata",
                file,
                in.entries().keySet(),
                json == null ? " and no settings" : "",
                DIRECTION,
                MANIFEST));
      }
      SteeringManifest m = SteeringManifest.read(json, file);
      SafetensorsFile.Entry entry = in.entries().get(DIRECTION);
      List<Long> shape =
          List.of((long) m.layers().size(), (long) m.languages().size(), (long) m.hiddenSize());
      if (!entry.dtype().equals("F64") || !entry.shape().equals(shape)) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: tensor %s: found %s %s, expected F64 %s as the settings say",
                file,
                DIRECTION,
                entry.dtype(),
                entry.shape(),
                shape));
      }
      double[] values = in.readDoubles(DIRECTION);
      double[][][] directions = new double[m.layers().size()][m.languages().size()][m.hiddenSize()];
      int at = 0;
      for (double[][] layer : directions) {
        for (double[] row : layer) {
          for (int i = 0; i < row.length; i++) {
            row[i] = values[at++];
            if (!Double.isFinite(row[i])) {
              throw new LensException(
                  String.format(
                      Locale.ROOT,
                      "%s: tensor %s: found %s, expected finite numbers",
                      file,
                      DIRECTION,
                      row[i]));
            }
          }
        }
      }
      return new Steering(m, directions);
    }
  }
}
