package org.lensdl4j.lens.loss;

import java.util.Arrays;
import java.util.Locale;

/**
 * Where the tokens of texts lie among the rows of packed states, {@code [rows, hidden]}: one text
 * behind the other without padding, with or without tokens at the start that all of them share.
 *
 * @param rows number of rows
 * @param read per text the rows whose mean stands for it: its last token, its first, or all
 * @param tokens per text the rows of all its tokens
 */
public record PackedTexts(int rows, int[][] read, int[][] tokens) {
  /** Checks that both are of the same texts, and that every row is there. */
  public PackedTexts {
    if (read.length != tokens.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found what is read of %d texts and the tokens of %d, expected as many",
              read.length,
              tokens.length));
    }
    for (int text = 0; text < read.length; text++) {
      requireRows(text, read[text], rows);
      requireRows(text, tokens[text], rows);
    }
  }

  private static void requireRows(int text, int[] found, int rows) {
    for (int row : found) {
      if (row < 0 || row >= rows) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "text %d: found row %d, expected 0 to %d", text, row, rows - 1));
      }
    }
  }

  /** Number of texts. */
  public int texts() {
    return read.length;
  }

  /**
   * The same texts where only some rows are computed. What stands for a text that has lost a row is
   * empty, and refused when a loss asks for it.
   *
   * @param chosen numbers of rows here, in the order in which they come
   */
  public PackedTexts only(int[] chosen) {
    int[] place = new int[rows];
    Arrays.fill(place, -1);
    for (int i = 0; i < chosen.length; i++) {
      place[chosen[i]] = i;
    }
    return new PackedTexts(chosen.length, moved(read, place), moved(tokens, place));
  }

  private static int[][] moved(int[][] ofTexts, int[] place) {
    int[][] out = new int[ofTexts.length][];
    for (int text = 0; text < out.length; text++) {
      int[] now = Arrays.stream(ofTexts[text]).map(row -> place[row]).toArray();
      out[text] = Arrays.stream(now).anyMatch(row -> row < 0) ? new int[0] : now;
    }
    return out;
  }

  /** {@code [rows]}: takes the mean over what is read of a text. */
  double[] readMean(int text) {
    return mean(text, read[text]);
  }

  /** {@code [rows]}: takes the mean over all tokens of a text. */
  double[] tokenMean(int text) {
    return mean(text, tokens[text]);
  }

  private double[] mean(int text, int[] of) {
    if (of.length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "text %d: the rows that a loss reads of it are not all computed", text));
    }
    double[] out = new double[rows];
    for (int row : of) {
      out[row] = 1.0 / of.length;
    }
    return out;
  }
}
