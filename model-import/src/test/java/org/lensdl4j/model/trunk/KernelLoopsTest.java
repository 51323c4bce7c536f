package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

/** Each loop against the formula that it stands for, in double. */
class KernelLoopsTest {
  private static final int N = 37;

  private interface InPlace {
    void apply(float[] x, int n);
  }

  private static void like(InPlace loop, DoubleUnaryOperator formula, double spread, double error) {
    Seeds.forAll(
        20,
        random -> {
          float[] x = values(random, spread);
          float[] before = x.clone();
          int n = random.nextInt(N);
          loop.apply(x, n);
          for (int i = 0; i < N; i++) {
            double expected = i < n ? formula.applyAsDouble(before[i]) : before[i];
            assertThat((double) x[i])
                .as("of %s", before[i])
                .isCloseTo(expected, within(error * (1 + Math.abs(before[i]))));
          }
        });
  }

  @Test
  void activations() {
    like(Kernels::silu, x -> x / (1 + Math.exp(-x)), 10, 1e-6);
    like(Kernels::gelu, x -> 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2))), 4, 1e-6);
    like(
        Kernels::geluTanh,
        x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        4,
        1e-6);
    like((x, n) -> Kernels.softCap(x, 5, 0, n), x -> 5 * Math.tanh(x / 5), 20, 1e-6);
  }

  @Test
  void theComplementaryErrorFunctionIsAsNearAsItSays() {
    for (double x = -6; x < 6; x += 0.01) {
      double expected = Erf.erfc(x);
      assertThat(Kernels.erfc(x)).isCloseTo(expected, within(1.2e-7 * expected + 1e-15));
    }
  }

  @Test
  void sumsProductsAndMaxima() {
    Seeds.forAll(
        20,
        random -> {
          float[] x = values(random, 3);
          float[] y = values(random, 3);
          int n = random.nextInt(N);
          float[] added = x.clone();
          float[] multiplied = x.clone();
          float[] larger = x.clone();
          Kernels.add(added, y, n);
          Kernels.multiply(multiplied, y, n);
          Kernels.max(larger, y, 0, n);
          for (int i = 0; i < N; i++) {
            assertThat(added[i]).isEqualTo(i < n ? x[i] + y[i] : x[i]);
            assertThat(multiplied[i]).isEqualTo(i < n ? x[i] * y[i] : x[i]);
            assertThat(larger[i]).isEqualTo(i < n ? Math.max(x[i], y[i]) : x[i]);
          }
        });
  }

  @Test
  void scaledSumsTouchTheirRangeOnly() {
    Seeds.forAll(
        20,
        random -> {
          float[][] v = new float[5][];
          Arrays.setAll(v, i -> values(random, 2));
          int from = random.nextInt(N);
          int to = from + random.nextInt(N - from);
          float[] four = v[0].clone();
          float[] one = v[0].clone();
          Kernels.addFour(four, 2, v[1], -3, v[2], 0.5f, v[3], 1, v[4], from, to);
          Kernels.addOne(one, -3, v[2], from, to);
          for (int i = 0; i < N; i++) {
            boolean in = i >= from && i < to;
            double sum = 2.0 * v[1][i] - 3.0 * v[2][i] + 0.5 * v[3][i] + v[4][i];
            assertThat((double) four[i]).isCloseTo(v[0][i] + (in ? sum : 0), within(1e-5));
            assertThat((double) one[i])
                .isCloseTo(v[0][i] + (in ? -3.0 * v[2][i] : 0), within(1e-5));
          }
        });
  }

  @Test
  void aHeadIsNormedWithinItsPlaces() {
    Seeds.forAll(
        20,
        random -> {
          boolean centred = random.nextBoolean();
          float[] x = values(random, 3);
          float[] weight = values(random, 1);
          float[] before = x.clone();
          int at = random.nextInt(N - 8);
          Kernels.norm(x, at, 8, weight, centred, 1e-6);
          double mean = 0;
          for (int i = at; centred && i < at + 8; i++) {
            mean += before[i] / 8;
          }
          double squares = 0;
          for (int i = at; i < at + 8; i++) {
            squares += Math.pow(before[i] - mean, 2) / 8;
          }
          for (int i = 0; i < N; i++) {
            boolean in = i >= at && i < at + 8;
            double normed = (before[i] - mean) / Math.sqrt(squares + 1e-6) * weight[i];
            assertThat((double) x[i]).isCloseTo(in ? normed : before[i], within(1e-4));
          }
        });
  }

  private static float[] values(Random random, double spread) {
    float[] out = new float[N];
    for (int i = 0; i < N; i++) {
      out[i] = (float) (random.nextGaussian() * spread);
    }
    return out;
  }
}
