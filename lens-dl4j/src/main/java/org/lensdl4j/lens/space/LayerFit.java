package org.lensdl4j.lens.space;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.LensException;

/**
 * The subspaces of one layer (method.md section 2): what {@link LanguageProbe} finds, for language
 * means of any origin.
 *
 * @param specific S, {@code [r][d]}
 * @param agnostic A, {@code [1][d]}
 * @param means {@code [L][d]}
 * @param directions {@code [L][d]}
 */
public record LayerFit(
    double[][] specific, double[][] agnostic, double[][] means, double[][] directions) {

  /**
   * Fits the subspaces.
   *
   * @param means {@code [L][d]}, in the order of {@code languages}
   * @param central number of the central language
   * @param rank r, at most L - 1
   * @param layer named in errors
   * @throws LensException if two means are equal, or they span fewer than r dimensions
   */
  public static LayerFit of(
      double[][] means, List<String> languages, int central, int rank, int layer) {
    double longest = Arrays.stream(means).mapToDouble(Subspaces::norm).max().orElseThrow();
    double resolution = LanguageProbe.RESOLUTION * longest;
    requireDistinct(means, languages, layer, resolution);
    double[] mbar = mean(means);
    double[][] centred =
        Arrays.stream(means).map(m -> Subspaces.minus(m, mbar)).toArray(double[][]::new);
    ThinSvd svd = ThinSvd.of(centred);
    if (!(svd.values()[rank - 1] > resolution)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "layer %d: the means of %s span only %d dimensions, expected rank %d; ask for a lower rank",
              layer,
              languages,
              span(svd.values(), resolution),
              rank));
    }
    double[][] specific = Arrays.copyOf(svd.left(), rank);
    double[] a = Subspaces.minus(mbar, Subspaces.project(specific, mbar));
    // Once more: what rounding left of S in the difference is large if a is short beside mbar.
    a = Subspaces.minus(a, Subspaces.project(specific, a));
    double length = Subspaces.norm(a);
    if (!(length > resolution)) {
      throw new LensException(
          String.format(
                  Locale.ROOT,
                  "layer %d: the mean of all languages lies in the specific subspace, so that there is no",
                  layer)
              + " agnostic direction; expected a lower rank");
    }
    for (int i = 0; i < a.length; i++) {
      a[i] /= length;
    }
    double[][] directions =
        Arrays.stream(means)
            .map(m -> Subspaces.project(specific, Subspaces.minus(m, means[central])))
            .toArray(double[][]::new);
    return new LayerFit(specific, new double[][] {a}, means, directions);
  }

  private static void requireDistinct(
      double[][] means, List<String> languages, int layer, double resolution) {
    for (int i = 0; i < means.length; i++) {
      for (int j = i + 1; j < means.length; j++) {
        if (!(Subspaces.norm(Subspaces.minus(means[i], means[j])) > resolution)) {
          throw new LensException(
              String.format(
                      Locale.ROOT,
                      "layer %d: languages %s and %s have the same mean state, expected different ones; do",
                      layer,
                      languages.get(i),
                      languages.get(j))
                  + " they have the same texts?");
        }
      }
    }
  }

  private static int span(double[] values, double resolution) {
    return (int) Arrays.stream(values).filter(v -> v > resolution).count();
  }

  private static double[] mean(double[][] means) {
    double[] out = new double[means[0].length];
    for (double[] m : means) {
      for (int i = 0; i < out.length; i++) {
        out[i] += m[i] / means.length;
      }
    }
    return out;
  }
}
