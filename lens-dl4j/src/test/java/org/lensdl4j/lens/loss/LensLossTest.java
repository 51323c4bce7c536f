package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The terms against method.md section 3 written out in doubles, and gradients against finite
 * differences.
 */
class LensLossTest {
  private static final int PAIRS = 6;
  private static final int TEXTS = 2;
  private static final int D = 12;
  private static final int R = 3;

  private final long seed = Seeds.one();
  private final Random random = new Random(seed);
  private final double[][] agnostic = basis(1);
  private final double[][] specific = basis(R);
  private final double[][] central = matrix(PAIRS);
  private final double[][] target = matrix(PAIRS);
  private final double[][] reference = matrix(PAIRS);
  private final double[][] delta = matrix(PAIRS);
  private final double[][] mean = matrix(TEXTS);
  private final double[][] referenceMean = matrix(TEXTS);

  @Test
  void termsAreThoseOfTheMethod() {
    for (int mask = 1; mask < 8; mask++) {
      double wa = (mask & 1) * 0.7;
      double ws = (mask >> 1 & 1) * 1.3;
      double wr = (mask >> 2 & 1) * 2.1;
      SameDiff sd = SameDiff.create();
      LensTerms terms = attach(sd, wa, ws, wr);
      double expected = wa * align() + ws * separate(target) + wr * retain();
      try (GraphRunner runner = new GraphRunner(sd)) {
        double found =
            runner.run(inputs(sd), List.of(LensLoss.LOSS)).get(LensLoss.LOSS).getDouble(0);
        assertThat(found)
            .as("mask %d, seed %d", mask, seed)
            .isCloseTo(expected, within(1e-5 * expected));
      }
      assertThat(terms.align() == null).isEqualTo(wa == 0);
      assertThat(terms.separate() == null).isEqualTo(ws == 0);
      assertThat(terms.retain() == null).isEqualTo(wr == 0);
    }
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    SameDiff sd = SameDiff.create();
    attach(sd, 0.7, 1.3, 2.1);
    try (GraphRunner runner = new GraphRunner(sd)) {
      INDArray gradient =
          runner.gradients(inputs(sd), List.of(LensLoss.LOSS), List.of("target")).get("target");
      assertThat(gradient.isNaN().any()).isFalse();
      double h = 1e-5;
      for (int i = 0; i < PAIRS; i++) {
        for (int j = 0; j < D; j++) {
          double at = target[i][j];
          target[i][j] = at + h;
          double up = 0.7 * align() + 1.3 * separate(target);
          target[i][j] = at - h;
          double down = 0.7 * align() + 1.3 * separate(target);
          target[i][j] = at;
          assertThat(gradient.getDouble(i, j))
              .as("seed %d", seed)
              .isCloseTo((up - down) / (2 * h), within(1e-5));
        }
      }
    }
  }

  @Test
  void refusesWhatCannotBeTrained() {
    INDArray a = array(agnostic);
    assertThatThrownBy(() -> LensLoss.of(a, array(specific)).align(-1))
        .hasMessage("weight of align is -1.0, expected 0 or a positive number");
    assertThatThrownBy(() -> LensLoss.of(a, Nd4j.create(2, D + 1)))
        .hasMessageContaining("12 columns")
        .hasMessageContaining("13");
    assertThatThrownBy(() -> attach(SameDiff.create(), 0, 0, 0))
        .hasMessageContaining("nothing to train for");
    assertThatThrownBy(
            () ->
                LensLoss.of(a, array(specific))
                    .attach(
                        SameDiff.create(),
                        new LensInputs(null, null, null, null, null, null, null)))
        .hasMessage("term align needs the input central, which is null");
  }

  private LensTerms attach(SameDiff sd, double wa, double ws, double wr) {
    SDVariable t = sd.var("target", array(target));
    return LensLoss.of(array(agnostic), array(specific))
        .align(wa)
        .separate(ws)
        .retain(wr)
        .attach(
            sd,
            new LensInputs(
                place(sd, "central", D),
                t,
                place(sd, "reference", D),
                place(sd, "displacement", R),
                sd.placeHolder("weight", DataType.FLOAT, -1),
                place(sd, "mean", D),
                place(sd, "reference_mean", D)));
  }

  private Map<String, INDArray> inputs(SameDiff sd) {
    Map<String, INDArray> all = new HashMap<>();
    all.put("central", array(central));
    all.put("reference", array(reference));
    all.put("displacement", array(times(delta, specific)));
    all.put("weight", Nd4j.createFromArray(weights()));
    all.put("mean", array(mean));
    all.put("reference_mean", array(referenceMean));
    all.keySet().retainAll(sd.inputs());
    return all;
  }

  private static float[] weights() {
    return new float[] {1 / 3f, 1 / 3f, 1 / 3f, 0.5f, 0.5f, 1};
  }

  private static SDVariable place(SameDiff sd, String name, int columns) {
    return sd.placeHolder(name, DataType.FLOAT, -1, columns);
  }

  private double align() {
    double sum = 0;
    for (int i = 0; i < PAIRS; i++) {
      double dot = 0;
      for (int j = 0; j < D; j++) {
        dot += agnostic[0][j] * (central[i][j] - target[i][j]);
      }
      sum += weights()[i] * dot * dot / D;
    }
    return sum;
  }

  /** With the projectors written out in the full space, unlike the code under test. */
  private double separate(double[][] h) {
    double sum = 0;
    double[][] wanted = times(times(delta, specific), transpose(specific));
    for (int i = 0; i < PAIRS; i++) {
      double[] moved = new double[D];
      for (int j = 0; j < D; j++) {
        moved[j] = h[i][j] - reference[i][j];
      }
      double[] projected = times(times(new double[][] {moved}, specific), transpose(specific))[0];
      for (int j = 0; j < D; j++) {
        double e = projected[j] - wanted[i][j];
        sum += weights()[i] * e * e / D;
      }
    }
    return sum;
  }

  private double retain() {
    double sum = 0;
    for (int i = 0; i < TEXTS; i++) {
      for (int j = 0; j < D; j++) {
        double e = mean[i][j] - referenceMean[i][j];
        sum += e * e / (TEXTS * D);
      }
    }
    return sum;
  }

  private static double[][] transpose(double[][] a) {
    double[][] out = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        out[j][i] = a[i][j];
      }
    }
    return out;
  }

  /** a B^T. */
  private static double[][] times(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[k].length; j++) {
          out[i][k] += a[i][j] * b[k][j];
        }
      }
    }
    return out;
  }

  private double[][] matrix(int rows) {
    double[][] out = new double[rows][D];
    for (double[] row : out) {
      for (int j = 0; j < D; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return out;
  }

  private double[][] basis(int rows) {
    double[][] out = matrix(rows);
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < i; k++) {
        double dot = times(new double[][] {out[i]}, new double[][] {out[k]})[0][0];
        for (int j = 0; j < D; j++) {
          out[i][j] -= dot * out[k][j];
        }
      }
      double norm = Math.sqrt(times(new double[][] {out[i]}, new double[][] {out[i]})[0][0]);
      for (int j = 0; j < D; j++) {
        out[i][j] /= norm;
      }
    }
    return out;
  }

  private static INDArray array(double[][] values) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT);
  }
}
