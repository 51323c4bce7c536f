package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StochasticEncoderTest {
  private static final int SEEDS = 400;

  private static float[] stored(float[] values, DType type, Rounding rounding) {
    float[] out = new float[values.length];
    try (INDArray array = Nd4j.createFromArray(values)) {
      new TensorForm("w", type, rounding)
          .thereAndBack(
              array, (at, v, s, n) -> System.arraycopy(s, 0, out, Math.toIntExact(at), n));
    }
    return out;
  }

  private static float[] values() {
    SplittableRandom random = new SplittableRandom(1);
    float[] out = new float[320];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(2, -(i % 30)));
    }
    out[7] = 0;
    out[8] = -0.0f;
    return out;
  }

  /** Each element is within a step of its value, and their mean over seeds is the value. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "Q8_0"})
  void theMeanIsTheValue(DType type) {
    float[] values = values();
    double[] sum = new double[values.length];
    for (int seed = 0; seed < SEEDS; seed++) {
      float[] found = stored(values, type, Rounding.stochastic(seed));
      for (int i = 0; i < values.length; i++) {
        assertThat((double) found[i]).isCloseTo(values[i], within(step(type, values, i)));
        sum[i] += found[i];
      }
    }
    for (int i = 0; i < values.length; i++) {
      // Five standard errors of a chance of one half.
      double error = 2.5 * step(type, values, i) / Math.sqrt(SEEDS);
      assertThat(sum[i] / SEEDS).as(type + " " + values[i]).isCloseTo(values[i], within(error));
    }
  }

  /** At least the distance of two neighbours that the type can hold. */
  private static double step(DType type, float[] values, int i) {
    double size = Math.abs(values[i]);
    if (type == DType.BF16) {
      return size * 0x1p-7;
    }
    if (type == DType.F16) {
      return Math.max(size * 0x1p-10, 0x1p-24);
    }
    double most = 0;
    for (int k = i / 32 * 32; k < i / 32 * 32 + 32; k++) {
      most = Math.max(most, Math.abs(values[k]));
    }
    return most / 126;
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32"})
  void whatTheTypeHoldsStays(DType type) {
    float[] held = stored(values(), type, Rounding.NEAREST);
    assertThat(stored(held, type, Rounding.stochastic(3))).isEqualTo(held);
  }

  @Test
  void seedAndNameDecideAndNothingElse() {
    float[] values = values();
    Rounding three = Rounding.stochastic(3);
    assertThat(stored(values, DType.BF16, three)).isEqualTo(stored(values, DType.BF16, three));
    assertThat(stored(values, DType.BF16, Rounding.stochastic(4)))
        .isNotEqualTo(stored(values, DType.BF16, three));
  }

  @Test
  void theLargestNeverBecomesInfinite() {
    float[] values = new float[32];
    java.util.Arrays.fill(values, 65519f);
    for (int seed = 0; seed < 20; seed++) {
      assertThat(stored(values, DType.F16, Rounding.stochastic(seed))).containsOnly(65504f);
    }
    java.util.Arrays.fill(values, -Math.nextDown(Float.intBitsToFloat(0x7f7f8000)));
    assertThat(stored(values, DType.BF16, Rounding.stochastic(1)))
        .containsOnly(-Float.intBitsToFloat(0x7f7f0000));
  }

  @Test
  void namesAreReadAndWritten() {
    assertThat(Rounding.parse("nearest")).isEqualTo(Rounding.NEAREST).hasToString("nearest");
    assertThat(Rounding.parse("stochastic")).isEqualTo(Rounding.stochastic(0));
    assertThat(Rounding.parse("stochastic:-7")).hasToString("stochastic:-7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "up", "stochastic:", "stochastic:x", "stochastic:99999999999999999999"})
  void otherNamesAreRefused(String text) {
    assertThatThrownBy(() -> Rounding.parse(text)).hasMessageContaining("expected nearest");
  }
}
