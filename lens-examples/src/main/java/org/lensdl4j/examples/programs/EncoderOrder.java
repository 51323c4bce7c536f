package org.lensdl4j.examples.programs;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.model.SentenceEncoder;

/**
 * Whether an encoder still orders texts as it did before training: Spearman's correlation between
 * the cosines of all pairs before and after, and the share of texts whose nearest other text is the
 * same. Arguments: directory before, directory after, folder with LANGUAGE.jsonl, language, number
 * of texts.
 */
public final class EncoderOrder {
  private static final int ARGUMENTS = 5;

  private EncoderOrder() {}

  /** Compares two encoders. */
  public static void main(String[] args) {
    if (args.length != ARGUMENTS) {
      throw new IllegalArgumentException("expected BEFORE AFTER TEXTS LANGUAGE COUNT");
    }
    Corpus texts = Corpus.jsonl(Path.of(args[2]), List.of(args[3]), Integer.parseInt(args[4]));
    List<String> all = texts.strings(args[3]);
    print(cosines(Path.of(args[0]), all), cosines(Path.of(args[1]), all), System.out);
  }

  private static double[][] cosines(Path directory, List<String> texts) {
    try (SentenceEncoder encoder = SentenceEncoder.open(directory)) {
      float[][] vectors = encoder.encode(texts);
      double[][] out = new double[vectors.length][vectors.length];
      for (int i = 0; i < out.length; i++) {
        for (int j = 0; j < out.length; j++) {
          for (int k = 0; k < vectors[i].length; k++) {
            out[i][j] += vectors[i][k] * vectors[j][k];
          }
        }
      }
      return out;
    }
  }

  static void print(double[][] before, double[][] after, PrintStream out) {
    int n = before.length;
    double[] x = new double[n * (n - 1) / 2];
    double[] y = new double[x.length];
    int same = 0;
    for (int i = 0, at = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++, at++) {
        x[at] = before[i][j];
        y[at] = after[i][j];
      }
      same += nearest(before, i) == nearest(after, i) ? 1 : 0;
    }
    out.printf(
        Locale.ROOT,
        "%d texts: order of all pairs kept with rho %.3f; the nearest other text is the same for %.0f %%%n",
        n,
        new SpearmansCorrelation().correlation(x, y),
        100.0 * same / n);
  }

  private static int nearest(double[][] cosines, int i) {
    int best = i == 0 ? 1 : 0;
    for (int j = 0; j < cosines.length; j++) {
      if (j != i && cosines[i][j] > cosines[i][best]) {
        best = j;
      }
    }
    return best;
  }
}
