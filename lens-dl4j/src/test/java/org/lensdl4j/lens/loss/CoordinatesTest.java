package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.factory.Nd4j;

/** Standardised states have deviation 1 in each coordinate, whitened ones in each direction. */
class CoordinatesTest {
  private static final int D = 6;

  @Test
  void standardisedStatesHaveDeviationOne() {
    Seeds.forAll(
        10,
        random -> {
          float[][] states = sample(random, 40);
          double[][] covariance = covariance(states, Coordinates.standardisedBy(states));
          for (int k = 0; k < D; k++) {
            assertThat(covariance[k][k]).isCloseTo(1, within(1e-9));
          }
        });
  }

  @Test
  void whitenedStatesHaveTheIdentityAsCovariance() {
    Seeds.forAll(
        10,
        random -> {
          float[][] states = sample(random, 40);
          double[][] covariance = covariance(states, Coordinates.whitenedBy(states, 0));
          for (int i = 0; i < D; i++) {
            for (int j = 0; j < D; j++) {
              assertThat(covariance[i][j]).isCloseTo(i == j ? 1 : 0, within(1e-9));
            }
          }
        });
  }

  @Test
  void fewStatesNeedARidge() {
    float[][] states = sample(new Random(1), 4);
    assertThatThrownBy(() -> Coordinates.whitenedBy(states, 0))
        .hasMessageContaining("expected more states or a positive ridge");
    assertThat(Coordinates.whitenedBy(states, 0.1).isRaw()).isFalse();
    assertThatThrownBy(() -> Coordinates.whitenedBy(states, -1)).hasMessageContaining("ridge");
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> Coordinates.standardised(new double[] {1, 0}))
        .hasMessage("standard deviation of coordinate 1 is 0.0, expected a positive number");
    assertThatThrownBy(() -> Coordinates.standardisedBy(new float[1][2]))
        .hasMessageContaining("found 1 states");
    assertThatThrownBy(() -> Coordinates.whitened(new double[2][3]))
        .hasMessageContaining("it is square");
    assertThatThrownBy(
            () ->
                LensLoss.of(Nd4j.eye(D), Nd4j.eye(D))
                    .coordinates(Coordinates.standardised(new double[] {1, 2})))
        .hasMessage("coordinates are of size 2, expected the hidden size 6");
  }

  private static float[][] sample(Random random, int states) {
    float[][] out = new float[states][D];
    for (float[] state : out) {
      for (int k = 0; k < D; k++) {
        state[k] = (float) ((k == 2 ? 100 : 1) * random.nextGaussian() + 0.3 * state[0] + 5);
      }
    }
    return out;
  }

  private static double[][] covariance(float[][] states, Coordinates coordinates) {
    double[][] mapped = new double[states.length][];
    double[] mean = new double[D];
    for (int i = 0; i < states.length; i++) {
      double[] state = new double[D];
      for (int k = 0; k < D; k++) {
        state[k] = states[i][k];
      }
      mapped[i] = coordinates.apply(state);
      for (int k = 0; k < D; k++) {
        mean[k] += mapped[i][k] / states.length;
      }
    }
    double[][] out = new double[D][D];
    for (double[] row : mapped) {
      double[] x = PlainLens.minus(row, mean);
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          out[i][j] += x[i] * x[j] / states.length;
        }
      }
    }
    return out;
  }
}
