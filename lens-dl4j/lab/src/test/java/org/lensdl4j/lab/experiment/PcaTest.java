package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class PcaTest {
  private static double[][] rows(Random random, int n, int d) {
    double[][] out = new double[n][d];
    for (double[] row : out) {
      Arrays.setAll(row, k -> random.nextGaussian() * (1 + k % 5) + 3 * k);
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void componentsAreOrthonormalEigenvectorsOfTheCovariance() {
    Seeds.forAll(20, this::eigenvectors);
  }

  private void eigenvectors(Random random) {
    double[][] x = rows(random, 30, 40);
    Pca pca = Pca.of(x, 3);

    double[] along = new double[3];
    double[][] image = new double[3][40];
    for (double[] row : x) {
      double[] at = pca.project(row);
      for (int k = 0; k < 3; k++) {
        along[k] += at[k] * at[k] / x.length;
        for (int i = 0; i < row.length; i++) {
          image[k][i] += at[k] * (row[i] - pca.mean()[i]) / x.length;
        }
      }
    }
    for (int k = 0; k < 3; k++) {
      assertThat(along[k]).isCloseTo(pca.variances()[k], within(1e-9 * pca.total()));
      for (int j = 0; j < 3; j++) {
        assertThat(dot(pca.components()[k], pca.components()[j]))
            .isCloseTo(k == j ? 1 : 0, within(1e-12));
      }
      for (int i = 0; i < 40; i++) {
        assertThat(image[k][i])
            .isCloseTo(pca.variances()[k] * pca.components()[k][i], within(1e-9 * pca.total()));
      }
    }
    assertThat(pca.variances()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void allComponentsHoldAllVariance() {
    Seeds.forAll(
        20,
        random -> {
          Pca pca = Pca.of(rows(random, 12, 5), 5);
          assertThat(Arrays.stream(pca.variances()).sum())
              .isCloseTo(pca.total(), within(1e-9 * pca.total()));
        });
  }

  @Test
  void whatIsNotThereHasNoVariance() {
    double[][] line = {{0, 0, 1}, {1, 2, 1}, {2, 4, 1}};
    Pca pca = Pca.of(line, 2);

    assertThat(pca.share(0)).isCloseTo(1, within(1e-12));
    assertThat(pca.share(1)).isCloseTo(0, within(1e-12));
    assertThat(pca.project(line[2])[0]).isCloseTo(Math.sqrt(5), within(1e-9));
    assertThat(Pca.of(new double[][] {{7, 7}}, 2).total()).isZero();
    assertThat(Pca.of(new double[][] {{7}, {9}}, 2).project(new double[] {9}))
        .containsExactly(1, 0);
  }
}
