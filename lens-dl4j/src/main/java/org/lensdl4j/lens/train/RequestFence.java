package org.lensdl4j.lens.train;

import java.util.List;
import java.util.stream.IntStream;
import org.lensdl4j.lens.loss.StateLoss;
import org.lensdl4j.lens.space.LanguageSpace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How far answers go along the directions of other languages, at one layer, when nothing has been
 * trained yet: more than that is penalised. A language's direction is that from the mean of all
 * languages, the central one among them; what is usual is the mean over the answers in a language
 * and one standard deviation.
 *
 * @param below distance from the last layer
 * @param directions by language, divided by their squared length: a product with one is a
 *     coordinate in lengths of the direction
 * @param limits by the language that is asked for and that of the direction
 */
record RequestFence(int below, double[][] directions, float[][] limits) {
  /** More than any coordinate: what is in its own language may go further. */
  private static final float FREE = 1e30f;

  static RequestFence of(
      LanguageSpace space,
      List<String> languages,
      int below,
      List<EncodedRequest> items,
      RequestStates states) {
    double[][] directions = directions(space, languages, space.layers() - below);
    int n = languages.size();
    double[][] sums = new double[n][n];
    double[][] squares = new double[n][n];
    double[] counts = new double[n];
    for (int i = 0; i < items.size(); i++) {
      int asked = items.get(i).language();
      try (INDArray rows = states.reference(below, List.of(i), items.get(i).from())) {
        for (float[] row : rows.toFloatMatrix()) {
          counts[asked]++;
          for (int m = 0; m < n; m++) {
            double along = dot(row, directions[m]);
            sums[asked][m] += along;
            squares[asked][m] += along * along;
          }
        }
      }
    }
    float[][] limits = new float[n][n];
    for (int l = 0; l < n; l++) {
      for (int m = 0; m < n; m++) {
        double mean = sums[l][m] / counts[l];
        double deviation = Math.sqrt(Math.max(0, squares[l][m] / counts[l] - mean * mean));
        limits[l][m] = l == m || counts[l] == 0 ? FREE : (float) (mean + deviation);
      }
    }
    return new RequestFence(below, directions, limits);
  }

  private static double[][] directions(LanguageSpace space, List<String> languages, int layer) {
    int d = space.hiddenSize();
    double[] all = new double[d];
    for (String language : languages) {
      double[] mean = space.mean(layer, language);
      IntStream.range(0, d).forEach(k -> all[k] += mean[k] / languages.size());
    }
    double[][] out = new double[languages.size()][];
    for (int l = 0; l < out.length; l++) {
      double[] direction = space.mean(layer, languages.get(l)).clone();
      IntStream.range(0, d).forEach(k -> direction[k] -= all[k]);
      double length = 0;
      for (double x : direction) {
        length += x * x;
      }
      double squared = length;
      IntStream.range(0, d).forEach(k -> direction[k] /= squared);
      out[l] = direction;
    }
    return out;
  }

  private static double dot(float[] row, double[] direction) {
    double sum = 0;
    for (int k = 0; k < row.length; k++) {
      sum += row[k] * direction[k];
    }
    return sum;
  }

  String prefix() {
    return "below" + below + "_";
  }

  /** The name of the weighted term. */
  String loss() {
    return prefix() + StateLoss.FENCE + "_loss";
  }

  String placeholder() {
    return prefix() + "limits";
  }

  /** What rows must not go beyond, {@code [rows, languages]}. */
  INDArray limits(int[] languageOfRow) {
    float[][] out = new float[languageOfRow.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = limits[languageOfRow[i]];
    }
    return Nd4j.createFromArray(out);
  }
}
