package org.lensdl4j.lab.measure;

import java.util.Arrays;
import java.util.List;
import org.lensdl4j.model.trunk.TokenScores;
import org.lensdl4j.model.trunk.Trunk;

/**
 * Collects final states and has the head read many at a time.
 *
 * <pre>{@code
 * HeadRows rows = new HeadRows(trunk, d, (owner, logProbability, best) -> sum[owner] += logProbability);
 * rows.add(state, text, token); // for each state, after the final norm, that predicts a token
 * rows.flush();
 * }</pre>
 */
public final class HeadRows {
  /** States that the head reads at once. */
  static final int ROWS = 256;

  /** Hears what the head makes of a state. */
  @FunctionalInterface
  public interface Sink {
    /**
     * One candidate token.
     *
     * @param owner as given with the state
     * @param logProbability of the token
     * @param best whether no other token is likelier
     */
    void take(int owner, double logProbability, boolean best);
  }

  private final Trunk trunk;
  private final int d;
  private final float[] rows;
  private final int[] owner = new int[ROWS];
  private final int[][] tokens = new int[ROWS][];
  private final Sink sink;
  private int filled;

  /**
   * Without any states yet.
   *
   * @param trunk whose head reads them; stays open
   * @param d hidden size
   * @param sink hears of states in the order in which they came, when enough of them are there
   */
  public HeadRows(Trunk trunk, int d, Sink sink) {
    this.trunk = trunk;
    this.d = d;
    this.sink = sink;
    rows = new float[ROWS * d];
  }

  /**
   * Adds a state.
   *
   * @param state {@code [d]}, copied
   * @param firstOwner told to the sink
   * @param candidates tokens; the i-th is reported with owner {@code firstOwner + i}
   */
  public void add(float[] state, int firstOwner, int... candidates) {
    System.arraycopy(state, 0, rows, filled * d, d);
    owner[filled] = firstOwner;
    tokens[filled++] = candidates;
    if (filled == ROWS) {
      flush();
    }
  }

  /** Has the head read what is left. */
  public void flush() {
    if (filled == 0) {
      return;
    }
    int n = filled;
    filled = 0;
    List<TokenScores> scores = trunk.score(rows, Arrays.copyOf(tokens, n));
    for (int i = 0; i < n; i++) {
      double[] values = scores.get(i).logProbabilities();
      for (int k = 0; k < values.length; k++) {
        sink.take(owner[i] + k, values[k], tokens[i][k] == scores.get(i).best());
      }
    }
  }
}
