package org.lensdl4j.lab.measure;

import java.util.List;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.trunk.HiddenStates;
import org.lensdl4j.model.trunk.Trunk;

/** Bits that a model needs for the own tokens of texts, from their states after the final norm. */
public final class TextBits {
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
  public double[] of(List<HeldOutText> texts) {
    return of(texts, (text, position, state) -> {});
  }

  /** Changes states of a text in place before the head reads them. */
  @FunctionalInterface
  public interface Edit {
    /** Changes one state {@code [d]}, of a token of the text with this index. */
    void apply(int text, int position, float[] state);
  }

  /** The same with states changed first. */
  public double[] of(List<HeldOutText> texts, Edit edit) {
    int total = texts.stream().mapToInt(t -> t.to() - first(t)).sum();
    double[] out = new double[texts.size()];
    int[] done = new int[1];
    HeadRows rows =
        new HeadRows(
            trunk,
            states.hiddenSize(),
            (text, logProbability, best) -> {
              out[text] += BitsPerByte.bits(-logProbability);
              if (++done[0] == total || done[0] % HeadRows.ROWS == 0) {
                progress.update(task, done[0], total);
              }
            });
    float[] state = new float[states.hiddenSize()];
    for (int t = 0; t < texts.size(); t++) {
      HeldOutText text = texts.get(t);
      for (int position = first(text); position < text.to(); position++) {
        states.token(t, position - 1, state);
        edit.apply(t, position - 1, state);
        rows.add(state, t, text.prompt().ids()[position]);
      }
    }
    rows.flush();
    return out;
  }

  private static int first(HeldOutText text) {
    return Math.max(1, text.from());
  }
}
