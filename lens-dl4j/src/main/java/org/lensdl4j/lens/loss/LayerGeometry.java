package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LayerFit;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The subspaces of one layer and how far each language lies from the central one, all in the
 * coordinates of the loss.
 *
 * @param hidden the hidden size
 * @param agnostic orthonormal rows {@code [q][hidden]}; may be empty
 * @param specific orthonormal rows {@code [r][hidden]}; may be empty
 * @param directions by language, {@code [hidden]}; those of languages that are not in it must be
 *     given by {@link LensInputs}
 * @param means by language, {@code [hidden]}; may be empty
 */
record LayerGeometry(
    int hidden,
    double[][] agnostic,
    double[][] specific,
    Map<String, double[]> directions,
    Map<String, double[]> means) {

  static LayerGeometry of(LanguageSpace space, int layer, Coordinates coordinates) {
    if (coordinates.sameScale(Coordinates.of(space, layer))) {
      return of(space, layer);
    }
    space.requireRaw("a loss in other coordinates than the language space's own");
    return refitted(space, layer, coordinates);
  }

  private static LayerGeometry of(LanguageSpace space, int layer) {
    Map<String, double[]> directions = new LinkedHashMap<>();
    Map<String, double[]> means = new LinkedHashMap<>();
    for (String language : space.languages()) {
      directions.put(language, space.inCoordinates(layer, space.direction(layer, language)));
      means.put(language, space.inCoordinates(layer, space.mean(layer, language)));
    }
    return new LayerGeometry(
        space.hiddenSize(), space.agnostic(layer), space.specific(layer), directions, means);
  }

  private static LayerGeometry refitted(LanguageSpace space, int layer, Coordinates coordinates) {
    if (space.agnosticRank() > 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the agnostic subspace has %d directions, expected 1: more cannot be fitted again in other coordinates; probe in these",
              space.agnosticRank()));
    }
    coordinates.requireSize(space.hiddenSize());
    List<String> languages = space.languages();
    double[][] means = new double[languages.size()][];
    for (int l = 0; l < means.length; l++) {
      means[l] = coordinates.apply(space.mean(layer, languages.get(l)));
    }
    int central = languages.indexOf(space.central());
    LayerFit fit = LayerFit.of(means, languages, central, space.rank(), layer);
    return new LayerGeometry(
        space.hiddenSize(),
        fit.agnostic(),
        fit.specific(),
        byLanguage(languages, fit.directions()),
        byLanguage(languages, fit.means()));
  }

  private static Map<String, double[]> byLanguage(List<String> languages, double[][] rows) {
    Map<String, double[]> out = new LinkedHashMap<>();
    for (int l = 0; l < rows.length; l++) {
      out.put(languages.get(l), rows[l]);
    }
    return out;
  }

  static LayerGeometry of(INDArray agnostic, INDArray specific, Map<String, double[]> directions) {
    requireMatrix("agnostic", agnostic);
    requireMatrix("specific", specific);
    if (agnostic.size(1) != specific.size(1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the agnostic basis has %d columns and the specific one %d: both must have the hidden size",
              agnostic.size(1),
              specific.size(1)));
    }
    directions.forEach(
        (language, direction) -> {
          if (direction.length != specific.size(1)) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the direction of %s has %d values, expected the hidden size %d",
                    language,
                    direction.length,
                    specific.size(1)));
          }
        });
    return new LayerGeometry(
        Math.toIntExact(agnostic.size(1)),
        agnostic.toDoubleMatrix(),
        specific.toDoubleMatrix(),
        Map.copyOf(directions),
        Map.of());
  }

  /** Language means without subspaces; they are given in raw coordinates. */
  static LayerGeometry ofMeans(int hidden, Map<String, double[]> means, Coordinates coordinates) {
    coordinates.requireSize(hidden);
    Map<String, double[]> mapped = new LinkedHashMap<>();
    means.forEach(
        (language, mean) -> {
          if (mean.length != hidden) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the mean of %s has %d values, expected the hidden size %d",
                    language,
                    mean.length,
                    hidden));
          }
          mapped.put(language, coordinates.apply(mean));
        });
    return new LayerGeometry(hidden, new double[0][], new double[0][], Map.of(), mapped);
  }

  private static void requireMatrix(String name, INDArray basis) {
    if (basis.rank() != 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the %s basis has rank %d, expected a matrix [directions, hidden]",
              name,
              basis.rank()));
    }
  }

  /** {@code lambda S^T delta_l}, {@code [r]}. */
  double[] displacement(String language, double lambda) {
    double[] direction = directions.get(language);
    if (direction == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there is no direction of %s, expected one for each target: found %s",
              language,
              directions.keySet()));
    }
    double[] out = new double[specific.length];
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < direction.length; j++) {
        out[i] += specific[i][j] * direction[j];
      }
      out[i] *= lambda;
    }
    return out;
  }

  double[] mean(String language) {
    double[] mean = means.get(language);
    if (mean == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there is no mean of %s, expected one of each language: found %s",
              language,
              means.keySet()));
    }
    return mean;
  }
}
