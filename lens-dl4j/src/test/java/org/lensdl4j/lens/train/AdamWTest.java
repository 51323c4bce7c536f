package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against the algorithm as PyTorch documents it, in doubles. */
class AdamWTest {
  private static final double RATE = 0.01;

  @Test
  void stepsAreThoseOfTheAlgorithm() {
    long seed = Seeds.one();
    Random random = new Random(seed);
    int n = 6;
    double[] w = random.doubles(n, -1, 1).toArray();
    double[] m = new double[n];
    double[] v = new double[n];
    INDArray matrix = Nd4j.createFromArray(w).castTo(DataType.FLOAT).reshape(2, 3);
    try (AdamW adam = new AdamW(Map.of("w", matrix), 0.9, 0.999, 1e-3, 0.1)) {
      for (int t = 1; t <= 5; t++) {
        // A rate of 0 must not move a weight, but must move the moments.
        double rate = t == 1 ? 0 : RATE / t;
        double[] g = random.doubles(n, -1, 1).toArray();
        for (int i = 0; i < n; i++) {
          w[i] -= rate * 0.1 * w[i];
          m[i] = 0.9 * m[i] + 0.1 * g[i];
          v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
          double denominator = Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 1e-3;
          w[i] -= rate * m[i] / (1 - Math.pow(0.9, t)) / denominator;
        }
        adam.step(Map.of("w", Nd4j.createFromArray(g).castTo(DataType.FLOAT).reshape(2, 3)), rate);
        for (int i = 0; i < n; i++) {
          assertThat(matrix.getDouble(i / 3, i % 3))
              .as("step %d, seed %d", t, seed)
              .isCloseTo(w[i], within(2e-7));
        }
      }
    }
  }

  @Test
  void normsAndBiasesDoNotDecay() {
    INDArray vector = Nd4j.ones(DataType.FLOAT, 4);
    INDArray matrix = Nd4j.ones(DataType.FLOAT, 2, 2);
    try (AdamW adam = new AdamW(Map.of("norm", vector, "matrix", matrix), 0.9, 0.999, 1e-8, 0.5)) {
      adam.step(
          Map.of("norm", Nd4j.zeros(DataType.FLOAT, 4), "matrix", Nd4j.zeros(DataType.FLOAT, 2, 2)),
          0.1);
    }
    assertThat(vector.getDouble(0)).isEqualTo(1);
    assertThat(matrix.getDouble(0)).isCloseTo(0.95, within(1e-7));
  }
}
