package org.lensdl4j.lens.measure;

import java.util.Arrays;
import java.util.List;
import org.lensdl4j.model.Progress;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.TokenScores;
import org.lensdl4j.model.trunk.Trunk;

/** Bits that a model needs for the own tokens of texts, from their states after the final norm. */
public final class TextBits {
  /** States that the head reads at once. */
  private static final int ROWS = 256;

  private final Trunk trunk;
  private final HiddenStates states;
  private final String task;
  private final Progress progress;

  /** Bits from states at the last layer, told of as a task. */
  public TextBits(Trunk trunk, HiddenStates states, String task, Progress progress) {
    this.trunk = trunk;
    this.states = states;
    this.task = task;
    this.progress = progress;
  }

  /** Bits of each text. A first token without any before it is not counted. */
  double[] of(List<HeldOutText> texts) {
    return of(texts, (text, state) -> {});
  }

  /** Changes states of a text in place before the head reads them. */
  @FunctionalInterface
  public interface Edit {
    /** Changes one state {@code [d]} of the text with this index. */
    void apply(int text, float[] state);
  }

  /** The same with states changed first. */
  public double[] of(List<HeldOutText> texts, Edit edit) {
    int total = texts.stream().mapToInt(t -> t.to() - first(t)).sum();
    int[] owner = new int[ROWS];
    int[][] token = new int[ROWS][];
    int d = states.hiddenSize();
    float[] state = new float[d];
    float[] rows = new float[ROWS * d];
    double[] out = new double[texts.size()];
    int filled = 0;
    int done = 0;
    for (int t = 0; t < texts.size(); t++) {
      HeldOutText text = texts.get(t);
      for (int position = first(text); position < text.to(); position++) {
        states.token(t, position - 1, state);
        edit.apply(t, state);
        System.arraycopy(state, 0, rows, filled * d, d);
        owner[filled] = t;
        token[filled++] = new int[] {text.prompt().ids()[position]};
        if (++done == total || filled == ROWS) {
          List<TokenScores> scores = trunk.score(rows, Arrays.copyOf(token, filled));
          for (int i = 0; i < filled; i++) {
            out[owner[i]] += BitsPerByte.bits(-scores.get(i).logProbabilities()[0]);
          }
          filled = 0;
          progress.update(task, done, total);
        }
      }
    }
    return out;
  }

  private static int first(HeldOutText text) {
    return Math.max(1, text.from());
  }
}
