package org.lensdl4j.lens.space.health;

import java.util.SplittableRandom;

/**
 * The texts of one layer, and means over draws of them. With parallel texts a draw is one of items:
 * all translations of an item are in it or not.
 *
 * @param states {@code [L][n_l][d]}
 */
record TextSample(double[][][] states, boolean parallel) {
  /** In coordinates that were divided by {@code deviation}; null leaves them as they are. */
  static TextSample of(float[][][] raw, double[] deviation, boolean parallel) {
    double[][][] out = new double[raw.length][][];
    for (int l = 0; l < raw.length; l++) {
      out[l] = new double[raw[l].length][raw[l][0].length];
      for (int t = 0; t < raw[l].length; t++) {
        for (int i = 0; i < out[l][t].length; i++) {
          out[l][t][i] = deviation == null ? raw[l][t][i] : raw[l][t][i] / deviation[i];
        }
      }
    }
    return new TextSample(out, parallel);
  }

  int languages() {
    return states.length;
  }

  int size() {
    return states[0][0].length;
  }

  /** Texts of the language that has the fewest. */
  int fewest() {
    int least = Integer.MAX_VALUE;
    for (double[][] own : states) {
      least = Math.min(least, own.length);
    }
    return least;
  }

  /** The language means, {@code [L][d]}. */
  double[][] means() {
    double[][] out = new double[languages()][];
    for (int l = 0; l < out.length; l++) {
      int[] once = new int[states[l].length];
      java.util.Arrays.fill(once, 1);
      out[l] = mean(l, once, once.length);
    }
    return out;
  }

  /** Language means of as many texts drawn with replacement. */
  double[][] bootstrap(SplittableRandom random) {
    double[][] out = new double[languages()][];
    int[] weights = null;
    for (int l = 0; l < out.length; l++) {
      int n = states[l].length;
      if (l == 0 || !parallel) {
        weights = new int[n];
        for (int t = 0; t < n; t++) {
          weights[random.nextInt(n)]++;
        }
      }
      out[l] = mean(l, weights, n);
    }
    return out;
  }

  /**
   * Language means of two parts without common texts.
   *
   * @param texts of each part, at most half of {@link #fewest}
   * @return {@code [2][L][d]}
   */
  double[][][] halves(int texts, SplittableRandom random) {
    double[][][] out = new double[2][languages()][];
    int[] order = null;
    for (int l = 0; l < languages(); l++) {
      int n = states[l].length;
      if (l == 0 || !parallel) {
        order = permutation(n, random);
      }
      for (int half = 0; half < 2; half++) {
        int[] weights = new int[n];
        for (int k = 0; k < texts; k++) {
          weights[order[half * texts + k]] = 1;
        }
        out[half][l] = mean(l, weights, texts);
      }
    }
    return out;
  }

  /**
   * Language means after the texts' languages were shuffled: within each item of parallel texts,
   * over all texts of others.
   *
   * @param from {@code [L][L]}, filled: the part of the texts called l that are of language m
   */
  double[][] relabelled(SplittableRandom random, double[][] from) {
    int languages = languages();
    double[][] sums = new double[languages][size()];
    if (parallel) {
      for (int t = 0; t < states[0].length; t++) {
        int[] order = permutation(languages, random);
        for (int l = 0; l < languages; l++) {
          add(states[order[l]][t], sums[l]);
          from[l][order[l]]++;
        }
      }
    } else {
      int[] owners = owners();
      int[] order = permutation(owners.length, random);
      int[] first = new int[languages];
      for (int l = 1; l < languages; l++) {
        first[l] = first[l - 1] + states[l - 1].length;
      }
      for (int place = 0; place < order.length; place++) {
        int l = owners[place];
        int m = owners[order[place]];
        add(states[m][order[place] - first[m]], sums[l]);
        from[l][m]++;
      }
    }
    for (int l = 0; l < languages; l++) {
      int n = states[l].length;
      for (int i = 0; i < sums[l].length; i++) {
        sums[l][i] /= n;
      }
      for (int m = 0; m < languages; m++) {
        from[l][m] /= n;
      }
    }
    return sums;
  }

  /** The language of each text, language by language. */
  private int[] owners() {
    int all = 0;
    for (double[][] own : states) {
      all += own.length;
    }
    int[] out = new int[all];
    int at = 0;
    for (int l = 0; l < languages(); l++) {
      for (int t = 0; t < states[l].length; t++) {
        out[at++] = l;
      }
    }
    return out;
  }

  private double[] mean(int language, int[] weights, double total) {
    double[] out = new double[size()];
    for (int t = 0; t < weights.length; t++) {
      if (weights[t] > 0) {
        double[] x = states[language][t];
        double w = weights[t] / total;
        for (int i = 0; i < out.length; i++) {
          out[i] += w * x[i];
        }
      }
    }
    return out;
  }

  private static void add(double[] x, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] += x[i];
    }
  }

  private static int[] permutation(int n, SplittableRandom random) {
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      out[i] = out[j];
      out[j] = i;
    }
    return out;
  }
}
