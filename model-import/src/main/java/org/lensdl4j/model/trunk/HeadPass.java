package org.lensdl4j.model.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lensdl4j.model.base.NativeThreads;
import org.lensdl4j.model.config.Scales;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Log-probabilities with the vocabulary taken a block of tokens at a time, so that memory does not
 * grow with it: the scores of 256 states for 262,144 tokens would be 268 MB, allocated anew each
 * time.
 *
 * <p>Groups of states run side by side, each product on one thread: a library that splits a product
 * among threads rounds differently with another number of threads.
 */
final class HeadPass implements AutoCloseable {
  /** States at once. */
  static final int ROWS = 256;

  /** States in one product. */
  static final int GROUP = 64;

  /** Tokens in one product: a megabyte of scores. */
  static final int BLOCK = 4096;

  private final int d;
  private final Scales scales;
  private final boolean parallel;
  private final List<INDArray> blocks = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  /**
   * A pass.
   *
   * @param head {@code [vocabulary, d]}, row-major; stays the caller's
   * @param parallel whether groups may run at once
   */
  HeadPass(INDArray head, Scales scales, boolean parallel) {
    this.scales = scales;
    this.parallel = parallel;
    int vocabulary = (int) head.size(0);
    d = (int) head.size(1);
    if (head.ordering() != 'c' || head.stride(0) != d) {
      throw new IllegalArgumentException("the head is not an array of whole rows");
    }
    for (int from = 0; from < vocabulary; from += BLOCK) {
      long[] shape = {Math.min(BLOCK, vocabulary - from), d};
      long[] stride = {d, 1};
      blocks.add(Nd4j.create(head.data(), shape, stride, head.offset() + (long) from * d));
    }
    for (int from = 0; from < ROWS; from += GROUP) {
      groups.add(new Group(Math.min(BLOCK, vocabulary)));
    }
  }

  /** At most {@link #ROWS} states from one on. */
  List<TokenScores> score(float[] rows, int from, int count, int[][] tokens) {
    Row[] found = new Row[count];
    for (int i = 0; i < count; i++) {
      found[i] = new Row(tokens[from + i]);
    }
    try (NativeThreads ignored = NativeThreads.single()) {
      IntStream parts = IntStream.range(0, (count + GROUP - 1) / GROUP);
      (parallel ? parts.parallel() : parts)
          .forEach(
              g -> {
                int first = g * GROUP;
                int own = Math.min(GROUP, count - first);
                groups.get(g).run(rows, (from + first) * d, found, first, own);
              });
    }
    return IntStream.range(0, count).mapToObj(i -> found[i].scores()).toList();
  }

  @Override
  public void close() {
    groups.forEach(Group::close);
  }

  /** The model's factor and cap of scores, in place. */
  static void rescale(Scales scales, float[] scores, int from, int to) {
    if (scales.logits() != 1) {
      for (int i = from; i < to; i++) {
        scores[i] *= (float) scales.logits();
      }
    }
    if (scales.logitsCap() > 0) {
      Kernels.softCap(scores, (float) scales.logitsCap(), from, to);
    }
  }

  /** The buffers of a group of states. */
  private final class Group {
    private final HostArray states = new HostArray(GROUP, d);
    private final HostArray out;
    private final float[] scores;

    Group(int widest) {
      out = new HostArray(GROUP, widest);
      scores = new float[GROUP * widest];
    }

    void run(float[] rows, int at, Row[] found, int first, int count) {
      states.write(0, rows, at, count * d);
      states.fromHost();
      for (int b = 0; b < blocks.size(); b++) {
        INDArray block = blocks.get(b);
        int width = (int) block.size(0);
        INDArray product = out.matrix(count, width);
        Nd4j.matmul(states.matrix(count, d), block, product, false, true, false);
        out.toHost();
        out.read(0, scores, 0, count * width);
        for (int i = 0; i < count; i++) {
          found[first + i].add(scores, i * width, width, b * BLOCK);
        }
      }
    }

    void close() {
      states.close();
      out.close();
    }
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

    void add(float[] scores, int at, int width, int first) {
      rescale(scales, scores, at, at + width);
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

    TokenScores scores() {
      double whole = max + Math.log(sum);
      for (int k = 0; k < wanted.length; k++) {
        wanted[k] -= whole;
      }
      return new TokenScores(wanted, best);
    }
  }
}
