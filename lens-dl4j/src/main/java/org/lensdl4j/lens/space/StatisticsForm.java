package org.lensdl4j.lens.space;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;

/** The file form of {@link LanguageStatistics}, which its {@code save} describes. */
final class StatisticsForm {
  static final int MAX_SIZE = 1 << 20;
  static final int MAX_LAYERS = 4096;

  /** Above it a double does not tell neighbouring counts apart. */
  static final double MAX_COUNT = 1L << 53;

  private static final String MANIFEST = "lens-statistics";
  private static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private record Manifest(int version, List<String> languages, int layers, int hiddenSize) {}

  private StatisticsForm() {}

  static void save(LanguageStatistics s, Path file) {
    Manifest manifest = new Manifest(VERSION, s.languages(), s.layers(), s.hiddenSize());
    long[] shape = {s.languages().size(), s.layers(), s.hiddenSize()};
    Map<String, String> metadata = new LinkedHashMap<>();
    try {
      metadata.put(MANIFEST, JSON.writeValueAsString(manifest));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    double[] counts = new double[s.languages().size() * s.layers()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = s.counts()[i / s.layers()][i % s.layers()];
    }
    new SafetensorsWriter()
        .metadata(metadata)
        .add("count", new long[] {shape[0], shape[1]}, counts)
        .add("sum", shape, values(s.sums()))
        .add("sum_rest", shape, rests(s.sums()))
        .add("square", shape, values(s.squares()))
        .add("square_rest", shape, rests(s.squares()))
        .write(file);
  }

  static double[] values(StateSums[] sums) {
    double[] out = new double[Math.multiplyExact(sums.length, sums[0].size())];
    for (int i = 0; i < out.length; i++) {
      out[i] = sums[i / sums[0].size()].value(i % sums[0].size());
    }
    return out;
  }

  static double[] rests(StateSums[] sums) {
    double[] out = new double[Math.multiplyExact(sums.length, sums[0].size())];
    for (int i = 0; i < out.length; i++) {
      out[i] = sums[i / sums[0].size()].rest(i % sums[0].size());
    }
    return out;
  }

  static LanguageStatistics load(Path file) {
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      Manifest m = manifest(in, file);
      long languages = m.languages.size();
      List<Long> shape = List.of(languages, (long) m.layers, (long) m.hiddenSize);
      // Sizes first: the header was checked against the file, so nothing larger is allocated.
      for (String tensor : List.of("sum", "sum_rest", "square", "square_rest")) {
        requireShape(in, tensor, shape);
      }
      requireShape(in, "count", shape.subList(0, 2));
      LanguageStatistics out = new LanguageStatistics(m.languages, m.layers, m.hiddenSize);
      fill(
          out,
          in.readDoubles("count"),
          new double[][] {in.readDoubles("sum"), in.readDoubles("sum_rest")},
          new double[][] {in.readDoubles("square"), in.readDoubles("square_rest")},
          file.toString());
      return out;
    }
  }

  private static void requireShape(SafetensorsFile in, String tensor, List<Long> shape) {
    SafetensorsFile.Entry entry = in.entries().get(tensor);
    if (entry == null || !entry.dtype().equals("F64") || !entry.shape().equals(shape)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s: found %s, expected F64 %s as the manifest says",
              in.path(),
              tensor,
              entry == null ? "nothing" : entry.dtype() + " " + entry.shape(),
              shape));
    }
  }

  /**
   * Takes over numbers from outside.
   *
   * @param sums values and rests
   * @param squares values and rests
   */
  static void fill(
      LanguageStatistics out, double[] counts, double[][] sums, double[][] squares, String source) {
    for (int i = 0; i < counts.length; i++) {
      if (!(counts[i] >= 0 && counts[i] <= MAX_COUNT) || counts[i] != Math.rint(counts[i])) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "%s: found a count of %s, expected a whole number from 0",
                source,
                counts[i]));
      }
      out.counts()[i / out.layers()][i % out.layers()] = (long) counts[i];
    }
    fill(out.sums(), sums, source);
    fill(out.squares(), squares, source);
  }

  private static void fill(StateSums[] into, double[][] from, String source) {
    for (double[] part : from) {
      for (double x : part) {
        if (!Double.isFinite(x)) {
          throw new LensException(
              String.format(Locale.ROOT, "%s: found a sum of %s, expected numbers", source, x));
        }
      }
    }
    int size = into[0].size();
    for (int l = 0; l < into.length; l++) {
      System.arraycopy(from[0], l * size, into[l].high, 0, size);
      System.arraycopy(from[1], l * size, into[l].low, 0, size);
    }
  }

  private static Manifest manifest(SafetensorsFile in, Path file) {
    String json = in.metadata().get(MANIFEST);
    if (json == null) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found no manifest '%s' in the metadata, expected language statistics",
              file,
              MANIFEST));
    }
    Manifest m;
    try {
      m = JSON.readValue(json, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new LensException(file + ": the manifest cannot be read: " + e.getOriginalMessage(), e);
    }
    if (m == null || m.version != VERSION || m.languages == null || m.languages.contains(null)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found the manifest %s, expected version %d and languages",
              file,
              json,
              VERSION));
    }
    requireSizes(m.languages, m.layers, m.hiddenSize, file.toString());
    return m;
  }

  static void requireSizes(List<String> languages, int layers, int hiddenSize, String source) {
    if (languages.isEmpty()
        || languages.size() != new HashSet<>(languages).size()
        || layers < 1
        || layers > MAX_LAYERS
        || hiddenSize < 1
        || hiddenSize > MAX_SIZE) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found languages %s, %d layers, hidden size %d, expected languages without doubles, layers of 1 to %d, a size of 1 to %d",
              source,
              languages,
              layers,
              hiddenSize,
              MAX_LAYERS,
              MAX_SIZE));
    }
  }
}
