package org.lensdl4j.lens.space.health;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lensdl4j.lens.space.Subspaces;
import org.lensdl4j.lens.space.ThinSvd;

/**
 * A permutation test of the rank: how large the singular values of the language means are when
 * texts are assigned to languages at random. The null of the k-th is the largest value after the
 * language means' parts along the first k - 1 directions were removed from the texts: otherwise
 * large first differences, shuffled, would be noise that hides later ones.
 *
 * @param values of the centred language means, {@code [L - 1]}, falling
 * @param limits 95 % quantile of each one's null
 * @param pValues (1 + draws that reach the value) / (1 + draws)
 */
record LabelPermutations(double[] values, double[] limits, double[] pValues) {
  private static final double LEVEL = 0.95;

  static LabelPermutations of(TextSample texts, double[][] means, int draws, Seeding seeds) {
    MeanSpace found = MeanSpace.of(means);
    int count = Math.min(means.length - 1, means[0].length);
    double[][][] explained = explained(found, means, count);
    double[][] nulls =
        IntStream.range(0, draws)
            .parallel()
            .mapToObj(draw -> draw(texts, explained, seeds.random("labels", draw)))
            .toArray(double[][]::new);
    double[] limits = new double[count];
    double[] pValues = new double[count];
    for (int k = 0; k < count; k++) {
      int at = k;
      double[] drawn = Arrays.stream(nulls).mapToDouble(n -> n[at]).sorted().toArray();
      limits[k] = Quantiles.of(drawn, LEVEL);
      long reached = Arrays.stream(drawn).filter(x -> x >= found.values()[at]).count();
      pValues[k] = (1.0 + reached) / (1 + draws);
    }
    return new LabelPermutations(Arrays.copyOf(found.values(), count), limits, pValues);
  }

  /** How many of the first values lie above their limits, up to the first that does not. */
  int suggestedRank() {
    int rank = 0;
    while (rank < values.length && pValues[rank] <= 1 - LEVEL) {
      rank++;
    }
    return rank;
  }

  /** By k: each language's part along the first k directions, {@code [k][L][d]}. */
  private static double[][][] explained(MeanSpace found, double[][] means, int count) {
    double[][] centred = MeanSpace.centred(means);
    double[][][] out = new double[count][][];
    for (int k = 0; k < count; k++) {
      double[][] basis = found.basis(k);
      out[k] =
          Arrays.stream(centred).map(m -> Subspaces.project(basis, m)).toArray(double[][]::new);
    }
    return out;
  }

  /** The largest value of one shuffle, by the number of directions taken out. */
  private static double[] draw(TextSample texts, double[][][] explained, SplittableRandom random) {
    double[][] from = new double[texts.languages()][texts.languages()];
    double[][] means = texts.relabelled(random, from);
    double[] out = new double[explained.length];
    for (int k = 0; k < out.length; k++) {
      double[][] rest = new double[means.length][];
      for (int l = 0; l < rest.length; l++) {
        rest[l] = means[l].clone();
        for (int m = 0; m < rest.length; m++) {
          for (int i = 0; i < rest[l].length; i++) {
            rest[l][i] -= from[l][m] * explained[k][m][i];
          }
        }
      }
      out[k] = ThinSvd.of(MeanSpace.centred(rest)).values()[0];
    }
    return out;
  }
}
