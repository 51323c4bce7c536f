package org.lensdl4j.lens.space.health;

import java.util.Arrays;
import org.lensdl4j.lens.space.ThinSvd;

/**
 * The specific subspace of language means, as probing finds it, without its checks: a draw may be
 * degenerate.
 *
 * @param left left singular vectors of the centred means, {@code [L][d]}
 * @param values singular values, falling; the last of L is 0
 */
record MeanSpace(double[][] left, double[] values) {
  static MeanSpace of(double[][] means) {
    ThinSvd svd = ThinSvd.of(centred(means));
    return new MeanSpace(svd.left(), svd.values());
  }

  double[][] basis(int rank) {
    return Arrays.copyOf(left, rank);
  }

  static double[][] centred(double[][] means) {
    int d = means[0].length;
    double[] middle = new double[d];
    for (double[] mean : means) {
      for (int i = 0; i < d; i++) {
        middle[i] += mean[i] / means.length;
      }
    }
    double[][] out = new double[means.length][d];
    for (int l = 0; l < out.length; l++) {
      for (int i = 0; i < d; i++) {
        out[l][i] = means[l][i] - middle[i];
      }
    }
    return out;
  }
}
