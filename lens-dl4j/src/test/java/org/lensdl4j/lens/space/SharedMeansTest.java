package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.testing.Prerequisite;
import org.lensdl4j.model.weights.SafetensorsFile;

/** The solver alone on a real model's language means, all layers, against PyTorch in double. */
@Tag("shared")
class SharedMeansTest {
  private static final List<String> LANGUAGES = List.of("en", "zh", "ja", "ko", "ar", "sw", "bn");

  /** Double rounding; the worst gap is that of layer 1, 0.008 of the means' size. */
  private static final double TOLERANCE = 1e-12;

  @ParameterizedTest
  @ValueSource(strings = {"probe_default", "probe_compat"})
  void solutionEqualsPyTorch(String name) {
    try (SafetensorsFile in =
        SafetensorsFile.open(
            Prerequisite.SHARED.path().resolve("golden/" + name + ".safetensors"))) {
      double[] means = in.readDoubles("means");
      double[] specific = in.readDoubles("specific");
      double[] agnostic = in.readDoubles("agnostic");
      double[] direction = in.readDoubles("direction");
      int d = Math.toIntExact(in.entries().get("means").shape().get(2));
      int layers = means.length / d / LANGUAGES.size();
      assertThat(layers).isEqualTo(30);
      for (int layer = 0; layer < layers; layer++) {
        LayerFit fit = LayerFit.of(rows(means, layer, 7, d), LANGUAGES, 0, 6, layer + 1);
        assertThat(Subspaces.distance(fit.specific(), rows(specific, layer, 6, d)))
            .isLessThan(TOLERANCE);
        double[] a = rows(agnostic, layer, 1, d)[0];
        double length = Subspaces.norm(a);
        double[] unit = Arrays.stream(a).map(x -> x / length).toArray();
        assertThat(Subspaces.norm(Subspaces.minus(fit.agnostic()[0], unit))).isLessThan(TOLERANCE);
        double[][] deltas = rows(direction, layer, 7, d);
        for (int l = 0; l < 7; l++) {
          assertThat(Subspaces.norm(Subspaces.minus(fit.directions()[l], deltas[l])))
              .isLessThanOrEqualTo(TOLERANCE * Subspaces.norm(rows(means, layer, 7, d)[l]));
        }
      }
    }
  }

  private static double[][] rows(double[] tensor, int layer, int rows, int d) {
    double[][] out = new double[rows][];
    for (int i = 0; i < rows; i++) {
      int at = (layer * rows + i) * d;
      out[i] = Arrays.copyOfRange(tensor, at, at + d);
    }
    return out;
  }
}
