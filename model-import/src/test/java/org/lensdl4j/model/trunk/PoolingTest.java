package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PoolingTest {
  private static final int D = 5;

  /** The trunk's states of a text and a padded array of the same states pool to the same. */
  @ParameterizedTest
  @EnumSource
  void bothFormsAgreeWithTheDefinition(Pooling pooling) {
    Seeds.forAll(
        20,
        random -> {
          int prefix = random.nextInt(3);
          int[] own = {1 + random.nextInt(4), 1 + random.nextInt(4)};
          long[] starts = {prefix, prefix + own[0], prefix + own[0] + own[1]};
          float[] rows = values(random, (int) starts[2] * D);
          INDArray padded = Nd4j.rand(2, prefix + 5, D).castTo(DataType.FLOAT);
          try (HiddenStates states =
              new HiddenStates(
                  D, prefix, starts, new int[] {-1, -1}, new MemoryArea(rows.length))) {
            states.area.write(0, rows, 0, rows.length);
            for (int t = 0; t < 2; t++) {
              for (int i = 0; i < prefix + own[t]; i++) {
                int row = i < prefix ? i : (int) starts[t] + i - prefix;
                for (int k = 0; k < D; k++) {
                  padded.putScalar(new int[] {t, i, k}, rows[row * D + k]);
                }
              }
            }
            float[][] found = pooling.of(padded, List.of(prefix + own[0], prefix + own[1]));
            for (int t = 0; t < 2; t++) {
              float[] direct = new float[D];
              pooling.of(states, t, direct);
              for (int k = 0; k < D; k++) {
                double expected = expected(pooling, padded, t, prefix + own[t], k);
                assertThat((double) direct[k]).isCloseTo(expected, within(1e-6));
                assertThat((double) found[t][k]).isCloseTo(expected, within(1e-6));
              }
            }
          }
        });
  }

  private static double expected(Pooling pooling, INDArray states, int text, int length, int k) {
    return switch (pooling) {
      case FIRST -> states.getDouble(text, 0, k);
      case LAST -> states.getDouble(text, length - 1, k);
      case MEAN -> {
        double sum = 0;
        for (int i = 0; i < length; i++) {
          sum += states.getDouble(text, i, k);
        }
        yield sum / length;
      }
      case REST -> {
        double sum = 0;
        int from = length > 1 ? 1 : 0;
        for (int i = from; i < length; i++) {
          sum += states.getDouble(text, i, k);
        }
        yield sum / (length - from);
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnotherNumberOfTexts(Pooling pooling) {
    assertThatThrownBy(() -> pooling.of(Nd4j.zeros(2, 3, D), List.of(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("found states [2, 3, 5] for 1 texts, expected [texts, longest, hidden]");
  }

  private static float[] values(Random random, int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }
}
