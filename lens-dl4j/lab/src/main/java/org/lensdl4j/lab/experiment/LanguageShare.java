package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.lensdl4j.lab.measure.Bootstrap;
import org.lensdl4j.lab.measure.Interval;

/**
 * The share of states' variance that lies between languages: 1 if all texts of a language have the
 * same state, 0 if the languages' means are the same. Languages count the same.
 *
 * @param before of the first side
 * @param after of the second side; null if there is none
 * @param difference after - before, paired over items; null if there is none
 */
record LanguageShare(Interval before, Interval after, Interval difference) {

  /**
   * Both sides, with intervals by drawing items, all languages of an item together.
   *
   * @param before per language {@code [n][k]}
   * @param after null for one side only
   */
  static LanguageShare of(Collection<double[][]> before, Collection<double[][]> after, long seed) {
    List<double[][]> x = centred(before);
    List<double[][]> y = after == null ? null : centred(after);
    int n = x.get(0).length;
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawnX = new double[Bootstrap.SAMPLES];
    double[] drawnY = new double[Bootstrap.SAMPLES];
    double[] drawn = new double[Bootstrap.SAMPLES];
    int[] counts = new int[n];
    for (int s = 0; s < drawn.length; s++) {
      Bootstrap.draw(random, counts);
      drawnX[s] = share(x, counts);
      drawnY[s] = y == null ? 0 : share(y, counts);
      drawn[s] = drawnY[s] - drawnX[s];
    }
    Arrays.fill(counts, 1);
    double first = share(x, counts);
    if (y == null) {
      return new LanguageShare(Bootstrap.interval(first, drawnX), null, null);
    }
    double second = share(y, counts);
    return new LanguageShare(
        Bootstrap.interval(first, drawnX),
        Bootstrap.interval(second, drawnY),
        Bootstrap.interval(second - first, drawn));
  }

  /** Without the mean over everything, so that small differences of large numbers keep digits. */
  private static List<double[][]> centred(Collection<double[][]> languages) {
    List<double[][]> out = new ArrayList<>();
    int width = languages.iterator().next()[0].length;
    double[] mean = new double[width];
    for (double[][] own : languages) {
      for (double[] row : own) {
        for (int k = 0; k < width; k++) {
          mean[k] += row[k] / own.length / languages.size();
        }
      }
    }
    for (double[][] own : languages) {
      double[][] copy = new double[own.length][width];
      for (int i = 0; i < own.length; i++) {
        for (int k = 0; k < width; k++) {
          copy[i][k] = own[i][k] - mean[k];
        }
      }
      out.add(copy);
    }
    return out;
  }

  private static double share(List<double[][]> languages, int[] counts) {
    int width = languages.get(0)[0].length;
    int items = Arrays.stream(counts).sum();
    double[] grand = new double[width];
    double squares = 0;
    double ofMeans = 0;
    for (double[][] own : languages) {
      double[] mean = new double[width];
      for (int i = 0; i < own.length; i++) {
        double weight = (double) counts[i] / items;
        for (int k = 0; weight > 0 && k < width; k++) {
          double value = own[i][k];
          mean[k] += weight * value;
          squares += weight * value * value;
        }
      }
      for (int k = 0; k < width; k++) {
        grand[k] += mean[k] / languages.size();
        ofMeans += mean[k] * mean[k];
      }
    }
    double centre = Arrays.stream(grand).map(g -> g * g).sum();
    double total = squares / languages.size() - centre;
    double between = ofMeans / languages.size() - centre;
    return total > 0 ? Math.max(0, Math.min(1, between / total)) : 0;
  }
}
