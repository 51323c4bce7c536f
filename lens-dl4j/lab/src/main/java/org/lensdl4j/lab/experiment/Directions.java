package org.lensdl4j.lab.experiment;

import java.util.List;
import org.lensdl4j.lens.space.LanguageSpace;

/** The angles between languages' directions from the central one, in a layer. */
final class Directions {
  private Directions() {}

  /** Cosines of the directions, {@code [L][L]}; 1 on the diagonal. */
  static double[][] cosines(LanguageSpace space, int layer, List<String> languages) {
    double[][] out = products(space, layer, languages);
    double[] norms = new double[out.length];
    for (int i = 0; i < norms.length; i++) {
      norms[i] = Math.sqrt(out[i][i]);
    }
    for (int i = 0; i < norms.length; i++) {
      for (int j = 0; j < norms.length; j++) {
        out[i][j] = i == j ? 1 : out[i][j] / (norms[i] * norms[j]);
      }
    }
    return out;
  }

  /**
   * How far a move by one language's direction goes along another's, in units of the other:
   * &lt;delta_i, delta_j&gt; / |delta_j|^2, {@code [i][j]}; 1 on the diagonal.
   */
  static double[][] shares(LanguageSpace space, int layer, List<String> languages) {
    double[][] products = products(space, layer, languages);
    double[][] out = new double[products.length][products.length];
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < out.length; j++) {
        out[i][j] = products[i][j] / products[j][j];
      }
    }
    return out;
  }

  private static double[][] products(LanguageSpace space, int layer, List<String> languages) {
    List<double[]> deltas = languages.stream().map(l -> space.direction(layer, l)).toList();
    double[][] out = new double[deltas.size()][deltas.size()];
    for (int i = 0; i < out.length; i++) {
      for (int j = 0; j < out.length; j++) {
        for (int k = 0; k < deltas.get(i).length; k++) {
          out[i][j] += deltas.get(i)[k] * deltas.get(j)[k];
        }
      }
    }
    return out;
  }
}
