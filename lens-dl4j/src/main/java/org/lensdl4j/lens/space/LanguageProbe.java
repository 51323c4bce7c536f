package org.lensdl4j.lens.space;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.LensException;

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
    List<String> languages = statistics.languages();
    int r = rank == 0 ? languages.size() - 1 : rank;
    check(statistics, central, r);
    int layers = statistics.layers();
    int d = statistics.hiddenSize();
    SpaceData data = new SpaceData(layers, languages.size(), r, 1, d);
    for (int layer = 1; layer <= layers; layer++) {
      List<double[]> means = new ArrayList<>();
      for (String language : languages) {
        means.add(statistics.mean(layer, language));
      }
      LayerFit fit =
          LayerFit.of(
              means.toArray(double[][]::new), languages, languages.indexOf(central), r, layer);
      data.put(layer, fit);
    }
    List<Long> counts = languages.stream().map(statistics::count).toList();
    return new LanguageSpace(languages, central, counts, data, provenance);
  }

  private static void check(LanguageStatistics statistics, String central, int r) {
    List<String> languages = statistics.languages();
    int d = statistics.hiddenSize();
    if (!languages.contains(central)) {
      throw new LensException(
          "central language: found %s, expected one of %s".formatted(central, languages));
    }
    int largest = Math.min(languages.size(), d) - 1;
    if (r < 1 || r > largest) {
      throw new LensException(
          "rank: found %d, expected 1 to %d for %d languages and hidden size %d"
              .formatted(r, largest, languages.size(), d));
    }
  }
}
