package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.model.testing.Seeds;

class FloatEncoderTest {
  /** The largest error, relative to the largest value of a block. */
  private static double error(DType type) {
    return switch (type) {
      case F16 -> Math.pow(2, -11);
      case BF16 -> Math.pow(2, -8);
      case Q8_0 -> 0.5 / 127 + 1e-3;
      default -> 0;
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "Q8_0"})
  void whatIsWrittenIsReadWithinTheTypesError(DType type) {
    Seeds.forAll(
        20,
        random -> {
          float[] values = values(random, 32 * (1 + random.nextInt(4)));
          float[] found = again(type, values);
          for (int block = 0; block < values.length; block += type.blockElements()) {
            double largest = 0;
            for (int i = block; i < block + type.blockElements(); i++) {
              largest = Math.max(largest, Math.abs(values[i]));
            }
            for (int i = block; i < block + type.blockElements(); i++) {
              assertThat((double) found[i]).isCloseTo(values[i], within(largest * error(type)));
            }
          }
        });
  }

  /** Exporting what was imported must not drift. */
  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void whatWasReadIsWrittenUnchanged(DType type) {
    Seeds.forAll(
        20,
        random -> {
          float[] once = again(type, values(random, 64));
          assertThat(again(type, once)).isEqualTo(once);
        });
  }

  @Test
  void zerosStayZeroAndOtherTypesAreRefused() {
    assertThat(again(DType.Q8_0, new float[32])).containsOnly(0);
    assertThatThrownBy(() -> again(DType.Q4_K, new float[256]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot write block format Q4_K");
  }

  private static float[] again(DType type, float[] values) {
    int bytes = values.length / type.blockElements() * type.blockBytes();
    ByteBuffer target = ByteBuffer.allocate(5 + bytes).order(ByteOrder.LITTLE_ENDIAN).position(5);
    FloatEncoder.encode(type, values, values.length, target);
    assertThat(target.hasRemaining()).isFalse();
    float[] out = new float[values.length];
    FloatDecoder.decode(type, target, 5, out, 0, out.length);
    return out;
  }

  private static float[] values(Random random, int n) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(3) - 1));
    }
    return out;
  }
}
