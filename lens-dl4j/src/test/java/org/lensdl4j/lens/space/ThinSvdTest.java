package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class ThinSvdTest {
  @Test
  void smallSingularValuesAreAsExactAsLargeOnes() {
    Seeds.forAll(
        50,
        random -> {
          int count = 1 + random.nextInt(12);
          int size = count + random.nextInt(30);
          double[][] u = RandomMeans.orthonormal(random, count, size, new double[0][]);
          double[][] columns = new double[count][];
          for (int j = 0; j < count; j++) {
            double s = Math.pow(10, -j);
            columns[j] = Arrays.stream(u[j]).map(x -> x * s).toArray();
          }
          ThinSvd svd = ThinSvd.of(columns);
          for (int j = 0; j < count; j++) {
            assertThat(svd.values()[j])
                .isCloseTo(Math.pow(10, -j), within(1e-12 * Math.pow(10, -j)));
            assertThat(Math.abs(ThinSvd.dot(svd.left()[j], u[j], 0))).isCloseTo(1, within(1e-12));
          }
        });
  }

  @Test
  void fewerRowsThanColumnsAndZerosAreFine() {
    ThinSvd wide = ThinSvd.of(new double[][] {{3}, {0}, {-4}});
    assertThat(wide.values()).containsExactly(new double[] {5, 0, 0}, within(1e-14));
    assertThat(Math.abs(wide.left()[0][0])).isCloseTo(1, within(1e-14));
    assertThat(ThinSvd.of(new double[2][3]).values()).containsOnly(0.0);
  }

  @Test
  void largestIntendedSizeKeepsOrthonormality() {
    Seeds.forAll(
        1,
        random -> {
          double[][] columns = new double[100][];
          for (int j = 0; j < 100; j++) {
            columns[j] = RandomMeans.gaussian(random, 8192);
          }
          ThinSvd svd = ThinSvd.of(columns);
          assertThat(Subspaces.orthonormalityError(svd.left())).isLessThan(1e-12);
          assertThat(
                  Subspaces.distance(Arrays.copyOf(svd.left(), 99), Arrays.copyOf(svd.left(), 99)))
              .isLessThan(1e-12);
        });
  }
}
