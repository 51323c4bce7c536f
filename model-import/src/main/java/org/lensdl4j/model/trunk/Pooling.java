package org.lensdl4j.model.trunk;

import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.weights.HostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How the states of a text's tokens are combined into one. */
public enum Pooling {
  /** The last token's, as decoders need it. */
  LAST,
  /** The mean of all tokens', as most sentence encoders are trained. */
  MEAN,
  /** The first token's. */
  FIRST,
  /**
   * The mean of all tokens' but the first's, on which many decoders rest attention that nothing
   * needs: its state is so long there that a mean tells how many tokens there are. Of a text of one
   * token its state.
   */
  REST;

  /**
   * Pools the trunk's states of one text.
   *
   * @param into gets the state, at least d long
   */
  public void of(HiddenStates states, int text, float[] into) {
    switch (this) {
      case LAST -> states.last(text, into);
      case MEAN -> states.mean(text, into);
      case REST -> rest(states, text, into);
      default -> states.token(text, 0, into);
    }
  }

  private static void rest(HiddenStates states, int text, float[] into) {
    if (states.length(text) == 1) {
      states.last(text, into);
    } else {
      states.meanAfterFirst(text, into);
    }
  }

  /** Pools what the trunk made of all texts: {@code [texts][hidden]}. */
  public float[][] of(HiddenStates states) {
    float[][] out = new float[states.texts()][states.hiddenSize()];
    for (int i = 0; i < out.length; i++) {
      of(states, i, out[i]);
    }
    return out;
  }

  /**
   * Pools.
   *
   * @param states {@code [texts, longest, hidden]}, padding at the right
   * @param lengths number of tokens of each text
   * @return {@code [texts][hidden]}
   */
  public float[][] of(INDArray states, List<Integer> lengths) {
    if (states.rank() != 3 || states.size(0) != lengths.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found states %s for %d texts, expected [texts, longest, hidden]",
              java.util.Arrays.toString(states.shape()),
              lengths.size()));
    }
    int longest = (int) states.size(1);
    int hidden = (int) states.size(2);
    float[][] out = new float[lengths.size()][];
    float[] row = new float[hidden];
    HostArrays.requireContiguous(states, "pooling");
    for (int t = 0; t < out.length; t++) {
      int n = lengths.get(t);
      int from = this == LAST ? n - 1 : this == REST && n > 1 ? 1 : 0;
      int to = this == FIRST ? 1 : n;
      double[] sum = new double[hidden];
      for (int i = from; i < to; i++) {
        HostArrays.get(states, ((long) t * longest + i) * hidden, row, 0, hidden);
        for (int h = 0; h < hidden; h++) {
          sum[h] += row[h];
        }
      }
      out[t] = new float[hidden];
      for (int h = 0; h < hidden; h++) {
        out[t][h] = (float) (sum[h] / (to - from));
      }
    }
    return out;
  }
}
