package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CrewProductTest {
  private static final int D = 37;
  private static final int MOST = 35;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1500, 4099})
  void everyElementIsThePlainOne(int columns) {
    Random random = new Random(columns);
    float[] w = floats(random, columns * D);
    for (int workers = 1; workers <= 3; workers++) {
      try (Crew crew = new Crew(workers);
          CrewProduct product = new CrewProduct(crew, MOST, columns);
          HostArray in = new HostArray(CrewProduct.filled(MOST), D);
          INDArray weight = Nd4j.createUninitializedDetached(DataType.FLOAT, columns, D)) {
        weight.assign(Nd4j.createFromArray(w).reshape(columns, D));
        for (int rows = 1; rows <= MOST; rows++) {
          float[] x = floats(random, rows * D);
          // What is left in the rows that fill up must not show.
          float[] rest = new float[CrewProduct.filled(MOST) * D];
          Arrays.fill(rest, Float.NaN);
          in.write(0, rest, 0, rest.length);
          in.write(0, x, 0, x.length);
          in.fromHost();
          float[][] found = new float[rows][columns];
          product.multiply(
              in,
              weight,
              rows,
              (row, column, values, count) ->
                  System.arraycopy(values, 0, found[row], column, count));
          for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c += 1 + columns / 97) {
              assertThat(found[r][c])
                  .as("%d rows, %d workers, row %d, column %d", rows, workers, r, c)
                  .isCloseTo(dot(x, r, w, c), within(1e-4f));
            }
          }
        }
      }
    }
  }

  private static float[] floats(Random random, int count) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }

  private static float dot(float[] x, int r, float[] w, int c) {
    double sum = 0;
    for (int i = 0; i < D; i++) {
      sum += (double) x[r * D + i] * w[c * D + i];
    }
    return (float) sum;
  }
}
