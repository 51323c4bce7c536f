package org.lensdl4j.lens.steer;

import java.util.Arrays;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.trunk.StateEdit;

/** The twin {@code project}: h - lambda P_S h in the last layer, in every language. */
public final class Projection implements LanguageEdit {
  private final LanguageSpace space;
  private final double lambda;

  /** Takes away a share of the specific part. */
  public Projection(LanguageSpace space, double lambda) {
    this.space = space;
    this.lambda = lambda;
  }

  @Override
  public int lowest() {
    return space.layers();
  }

  @Override
  public StateEdit in(String language) {
    return new StateEdit() {
      @Override
      public int lowest() {
        return space.layers();
      }

      @Override
      public boolean changes(int layer) {
        return layer == space.layers();
      }

      @Override
      public void apply(int layer, int position, boolean answer, float[] rows, int at) {
        float[] state = Arrays.copyOfRange(rows, at, at + space.hiddenSize());
        double[] part = space.projectSpecific(layer, state);
        for (int i = 0; i < state.length; i++) {
          rows[at + i] -= (float) (lambda * part[i]);
        }
      }
    };
  }
}
