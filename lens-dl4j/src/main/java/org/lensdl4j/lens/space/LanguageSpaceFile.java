package org.lensdl4j.lens.space;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.SafetensorsWriter;

/**
 * The file form of a language space: safetensors with F64 tensors and, in its metadata under {@code
 * lens}, the manifest (see {@link SpaceManifest}).
 *
 * <pre>
 * specific  [layers, r, d]    orthonormal rows per layer
 * agnostic  [layers, q, d]    orthonormal rows per layer, orthogonal to specific
 * mean      [layers, L, d]
 * direction [layers, L, d]    specific^T specific (mean_l - mean_c)
 * deviation [layers, d]       of each coordinate within languages; absent if it is not known
 * </pre>
 *
 * <p>In a space of coordinates {@code standardised} both bases are orthonormal after each
 * coordinate was divided by its deviation s; {@code direction} is then s * specific^T specific
 * ((mean_l - mean_c) / s).
 */
final class LanguageSpaceFile {
  static final String MANIFEST = "lens";

  /** Far above what double rounding leaves, far below what training would notice. */
  private static final double TOLERANCE = 1e-8;

  private static final Set<String> TENSORS = Set.of("specific", "agnostic", "mean", "direction");
  private static final String DEVIATION = "deviation";

  private final Path file;

  private LanguageSpaceFile(Path file) {
    this.file = file;
  }

  static void save(LanguageSpace space, Path file) {
    SpaceData d = space.data();
    SafetensorsWriter out =
        new SafetensorsWriter()
            .metadata(Map.of(MANIFEST, SpaceManifest.of(space).toJson()))
            .add("specific", shape(d, d.rank), d.specific)
            .add("agnostic", shape(d, d.agnosticRank), d.agnostic)
            .add("mean", shape(d, d.languages), d.mean)
            .add("direction", shape(d, d.languages), d.direction);
    if (d.deviation != null) {
      out.add(DEVIATION, new long[] {d.layers, d.hiddenSize}, d.deviation);
    }
    out.write(file);
  }

  private static long[] shape(SpaceData d, int rows) {
    return new long[] {d.layers, rows, d.hiddenSize};
  }

  static LanguageSpace load(Path file) {
    return new LanguageSpaceFile(file).load();
  }

  private LanguageSpace load() {
    try (SafetensorsFile in = SafetensorsFile.open(file)) {
      String json = in.metadata().get(MANIFEST);
      if (json == null) {
        throw bad(
            "found no manifest '" + MANIFEST + "' in the metadata, expected a language space");
      }
      Set<String> found = new TreeSet<>(in.entries().keySet());
      boolean deviations = found.remove(DEVIATION);
      if (!found.equals(TENSORS)) {
        throw bad(
            String.format(
                Locale.ROOT,
                "found tensors %s, expected %s and at most %s beside them",
                in.entries().keySet(),
                new TreeSet<>(TENSORS),
                DEVIATION));
      }
      SpaceManifest manifest = SpaceManifest.read(json, file);
      if (!deviations && manifest.inCoordinates() != LossCoordinates.RAW) {
        throw bad("found no tensor deviation, expected it in a space of standardised coordinates");
      }
      // Sizes first: the header was checked against the file, so nothing larger is allocated.
      int languages = manifest.counts().size();
      long d = manifest.hiddenSize();
      long layers = manifest.layers();
      checkShape(in, "specific", List.of(layers, (long) manifest.rank(), d));
      checkShape(in, "agnostic", List.of(layers, (long) manifest.agnosticRank(), d));
      checkShape(in, "mean", List.of(layers, (long) languages, d));
      checkShape(in, "direction", List.of(layers, (long) languages, d));
      if (deviations) {
        checkShape(in, DEVIATION, List.of(layers, d));
      }
      SpaceData data = manifest.emptyData(deviations);
      fill(in, "specific", data.specific);
      fill(in, "agnostic", data.agnostic);
      fill(in, "mean", data.mean);
      fill(in, "direction", data.direction);
      if (deviations) {
        fill(in, DEVIATION, data.deviation);
        checkDeviation(data);
      }
      LanguageSpace space = manifest.space(data);
      for (int layer = 1; layer <= data.layers; layer++) {
        checkLayer(space, layer);
      }
      return space;
    }
  }

  private void checkShape(SafetensorsFile in, String name, List<Long> expected) {
    SafetensorsFile.Entry entry = in.entries().get(name);
    if (!entry.dtype().equals("F64") || !entry.shape().equals(expected)) {
      throw bad(
          String.format(
              Locale.ROOT,
              "tensor %s: found %s %s, expected F64 %s as the manifest says",
              name,
              entry.dtype(),
              entry.shape(),
              expected));
    }
  }

  private void fill(SafetensorsFile in, String name, double[] into) {
    double[] values = in.readDoubles(name);
    for (double x : values) {
      if (!Double.isFinite(x)) {
        throw bad(
            String.format(Locale.ROOT, "tensor %s: found %s, expected finite numbers", name, x));
      }
    }
    System.arraycopy(values, 0, into, 0, into.length);
  }

  private void checkDeviation(SpaceData data) {
    for (double x : data.deviation) {
      if (!(x > 0)) {
        throw bad(
            String.format(Locale.ROOT, "tensor deviation: found %s, expected positive numbers", x));
      }
    }
  }

  private void checkLayer(LanguageSpace space, int layer) {
    double[][] s = space.specific(layer);
    double[][] a = space.agnostic(layer);
    double[][] both = Arrays.copyOf(s, s.length + a.length);
    System.arraycopy(a, 0, both, s.length, a.length);
    double error = Subspaces.orthonormalityError(both);
    if (!(error <= TOLERANCE)) {
      throw bad(
          String.format(
              Locale.ROOT,
              "layer %d: found bases that are off orthonormal by %.1e, expected at most %.0e",
              layer,
              error,
              TOLERANCE));
    }
    double[] pivot = space.mean(layer, space.central());
    for (String language : space.languages()) {
      double[] difference =
          space.inCoordinates(layer, Subspaces.minus(space.mean(layer, language), pivot));
      double[] expected = Subspaces.project(s, difference);
      double[] direction = space.inCoordinates(layer, space.direction(layer, language));
      double off = Subspaces.norm(Subspaces.minus(direction, expected));
      if (!(off <= TOLERANCE * Subspaces.norm(difference))) {
        throw bad(
            String.format(
                Locale.ROOT,
                "layer %d: the direction of %s is not the projected difference of the means",
                layer,
                language));
      }
    }
  }

  private LensException bad(String what) {
    return new LensException(file + ": " + what);
  }
}
