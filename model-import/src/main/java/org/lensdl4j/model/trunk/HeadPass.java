package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lensdl4j.model.config.Scales;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Log-probabilities with the vocabulary taken a block of tokens at a time, so that neither memory
 * nor the number of fresh pages grows with it: the scores of 256 states for 262,144 tokens would be
 * 268 MB, made anew each time.
 */
final class HeadPass implements AutoCloseable {
  /** States at once. */
  static final int ROWS = 256;

  /** Tokens at once: 4 MB of scores. */
  static final int BLOCK = 4096;

  private final int d;
  private final int vocabulary;
  private final Scales scales;
  private final List<INDArray> blocks = new ArrayList<>();
  private final HostArray states;
  private final HostArray out;
  private final float[] scores;

  /**
   * A pass.
   *
   * @param head {@code [vocabulary, d]}, row-major; stays the caller's
   */
  HeadPass(INDArray head, Scales scales) {
    this.scales = scales;
    vocabulary = (int) head.size(0);
    d = (int) head.size(1);
    for (int from = 0; from < vocabulary; from += BLOCK) {
      long[] shape = {Math.min(BLOCK, vocabulary - from), d};
      long[] stride = {d, 1};
      blocks.add(Nd4j.create(head.data(), shape, stride, head.offset() + (long) from * d));
    }
    int widest = Math.min(BLOCK, vocabulary);
    states = new HostArray(ROWS, d);
    out = new HostArray(ROWS, widest);
    scores = new float[ROWS * widest];
  }

  /** At most {@link #ROWS} states from one on. */
  List<TokenScores> score(float[] rows, int from, int count, int[][] tokens) {
    states.write(0, rows, from * d, count * d);
    states.fromHost();
    Row[] found = new Row[count];
    for (int i = 0; i < count; i++) {
      found[i] = new Row(tokens[from + i]);
    }
    for (int b = 0; b < blocks.size(); b++) {
      INDArray block = blocks.get(b);
      int width = (int) block.size(0);
      INDArray product = out.matrix(count, width);
      Nd4j.matmul(states.matrix(count, d), block, product, false, true, false);
      out.toHost();
      out.read(0, scores, 0, count * width);
      int first = b * BLOCK;
      IntStream.range(0, count).parallel().forEach(i -> found[i].add(i * width, width, first));
    }
    return IntStream.range(0, count).mapToObj(i -> found[i].scores()).toList();
  }

  @Override
  public void close() {
    states.close();
    out.close();
  }

  /** The running maximum and sum of one state's probabilities. */
  private final class Row {
    private final int[] tokens;
    private final double[] wanted;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;
    private int best;

    Row(int[] tokens) {
      this.tokens = tokens;
      wanted = new double[tokens.length];
    }

    void add(int at, int width, int first) {
      scale(at, width);
      int largest = at;
      for (int i = at; i < at + width; i++) {
        largest = scores[i] > scores[largest] ? i : largest;
      }
      if (scores[largest] > max) {
        sum *= Math.exp(max - scores[largest]);
        max = scores[largest];
        best = first + largest - at;
      }
      double added = 0;
      for (int i = at; i < at + width; i++) {
        added += Math.exp(scores[i] - max);
      }
      // Not a number stays one.
      sum += added;
      for (int k = 0; k < tokens.length; k++) {
        if (tokens[k] >= first && tokens[k] < first + width) {
          wanted[k] = scores[at + tokens[k] - first];
        }
      }
    }

    private void scale(int at, int width) {
      if (scales.logits() != 1) {
        for (int i = at; i < at + width; i++) {
          scores[i] *= (float) scales.logits();
        }
      }
      if (scales.logitsCap() > 0) {
        Kernels.softCap(scores, (float) scales.logitsCap(), at, at + width);
      }
    }

    TokenScores scores() {
      double whole = max + Math.log(sum);
      for (int k = 0; k < wanted.length; k++) {
        wanted[k] -= whole;
      }
      return new TokenScores(wanted, best);
    }
  }
}
