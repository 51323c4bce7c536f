package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.model.base.LensException;

/** Solves for the language space (see the package for the equations), layer by layer, in double. */
public final class LanguageProbe {
  /**
   * Language means nearer to each other than this, relative to the longest mean, are the same: it
   * is what a 32-bit float resolves, so a direction found there would be rounding noise.
   */
  static final double RESOLUTION = 1e-7;

  private LanguageProbe() {}

  /**
   * The space of some statistics.
   *
   * @param central the language that directions start from
   * @param rank r, 1..L-1; 0 for L-1
   * @throws LensException if the rank is too large, a language has no texts, or the means do not
   *     span a space of this rank (naming the languages whose means are the same)
   */
  public static LanguageSpace fit(
      LanguageStatistics statistics, String central, int rank, Provenance provenance) {
    return fit(statistics, central, rank, LossCoordinates.RAW, provenance);
  }

  /**
   * The space of some statistics, in the coordinates asked for.
   *
   * @param coordinates RAW, or STANDARDISED by {@link LanguageStatistics#deviation}
   */
  public static LanguageSpace fit(
      LanguageStatistics statistics,
      String central,
      int rank,
      LossCoordinates coordinates,
      Provenance provenance) {
    check(statistics, central, rank);
    List<LayerFit> fits = new ArrayList<>();
    for (int layer = 1; layer <= statistics.layers(); layer++) {
      fits.add(layer(statistics, central, rank, coordinates, layer));
    }
    return space(statistics, central, coordinates, fits, provenance);
  }

  /** One layer's subspaces, everything in the coordinates asked for. */
  static LayerFit layer(
      LanguageStatistics statistics,
      String central,
      int rank,
      LossCoordinates coordinates,
      int layer) {
    List<String> languages = statistics.languages();
    double[] deviation =
        coordinates == LossCoordinates.STANDARDISED ? statistics.deviation(layer) : null;
    double[][] means = new double[languages.size()][];
    for (int l = 0; l < means.length; l++) {
      means[l] = statistics.meanSoFar(layer, languages.get(l));
      for (int i = 0; deviation != null && i < means[l].length; i++) {
        means[l][i] /= deviation[i];
      }
    }
    int r = rank == 0 ? languages.size() - 1 : rank;
    return LayerFit.of(means, languages, languages.indexOf(central), r, layer);
  }

  /** The space of the fits of all layers. */
  static LanguageSpace space(
      LanguageStatistics statistics,
      String central,
      LossCoordinates coordinates,
      List<LayerFit> fits,
      Provenance provenance) {
    List<String> languages = statistics.languages();
    LayerFit first = fits.get(0);
    SpaceData data =
        new SpaceData(
            statistics.layers(),
            languages.size(),
            first.specific().length,
            first.agnostic().length,
            statistics.hiddenSize(),
            true);
    for (int layer = 1; layer <= statistics.layers(); layer++) {
      double[] deviation = statistics.deviation(layer);
      LayerFit fit = fits.get(layer - 1);
      boolean scaled = coordinates == LossCoordinates.STANDARDISED;
      double[][] means =
          languages.stream().map(meansOf(statistics, layer)).toArray(double[][]::new);
      double[][] directions = scaled ? times(fit.directions(), deviation) : fit.directions();
      data.put(layer, new LayerFit(fit.specific(), fit.agnostic(), means, directions));
      data.putDeviation(layer, deviation);
    }
    List<Long> counts = languages.stream().map(statistics::count).toList();
    return new LanguageSpace(languages, central, counts, coordinates, data, provenance);
  }

  private static Function<String, double[]> meansOf(LanguageStatistics statistics, int layer) {
    return language -> statistics.mean(layer, language);
  }

  private static double[][] times(double[][] rows, double[] by) {
    double[][] out = new double[rows.length][by.length];
    for (int l = 0; l < rows.length; l++) {
      for (int i = 0; i < by.length; i++) {
        out[l][i] = rows[l][i] * by[i];
      }
    }
    return out;
  }

  static void check(LanguageStatistics statistics, String central, int rank) {
    List<String> languages = statistics.languages();
    int r = rank == 0 ? languages.size() - 1 : rank;
    int d = statistics.hiddenSize();
    if (!languages.contains(central)) {
      throw new LensException(
          String.format(
              Locale.ROOT, "central language: found %s, expected one of %s", central, languages));
    }
    int largest = Math.min(languages.size(), d) - 1;
    if (r < 1 || r > largest) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "rank: found %d, expected 1 to %d for %d languages and hidden size %d",
              r,
              largest,
              languages.size(),
              d));
    }
  }
}
