package org.lensdl4j.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class HalvesTest {

  @Test
  void everyHalfSurvivesWideningAndNarrowing() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float f16 = Halves.f16ToFloat((short) bits);
      if (Float.isNaN(f16)) {
        assertThat(Halves.f16ToFloat(Halves.floatToF16(f16))).isNaN();
      } else {
        assertThat(Halves.floatToF16(f16)).isEqualTo((short) bits);
      }
      float bf16 = Halves.bf16ToFloat((short) bits);
      if (Float.isNaN(bf16)) {
        assertThat(Halves.bf16ToFloat(Halves.floatToBf16(bf16))).isNaN();
      } else {
        assertThat(Halves.floatToBf16(bf16)).isEqualTo((short) bits);
      }
    }
    assertThat(Halves.f16ToFloat((short) 0x3555)).isEqualTo(0.33325195f);
    assertThat(Halves.f16ToFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(Halves.f16ToFloat((short) 1)).isEqualTo(0x1p-24f);
  }

  /** Between two neighbours the nearer one is taken, and in the middle the even one. */
  @Test
  void roundsToNearestEven() {
    long seed = Seeds.one();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 100_000; i++) {
      int bits = random.nextInt(0x7bff);
      double low = Halves.f16ToFloat((short) bits);
      double high = Halves.f16ToFloat((short) (bits + 1));
      check(seed, low, high, bits, true, random);
      int brain = random.nextInt(0x7f7f);
      low = Halves.bf16ToFloat((short) brain);
      high = Halves.bf16ToFloat((short) (brain + 1));
      check(seed, low, high, brain, false, random);
    }
    assertThat(Halves.floatToF16(65519.996f)).isEqualTo((short) 0x7bff);
    assertThat(Halves.floatToF16(65520f)).isEqualTo((short) 0x7c00);
    assertThat(Halves.floatToF16(0x1p-25f)).isEqualTo((short) 0);
    assertThat(Halves.floatToF16(-0x1.000002p-25f)).isEqualTo((short) 0x8001);
  }

  private static void check(
      long seed, double low, double high, int bits, boolean f16, SplittableRandom random) {
    double middle = (low + high) / 2;
    assertThat(narrow((float) middle, f16)).as("seed %d", seed).isEqualTo(bits + (bits & 1));
    float x = (float) (low + (high - low) * random.nextDouble());
    if (x != (float) middle) {
      assertThat(narrow(x, f16)).as("seed %d", seed).isEqualTo(x < middle ? bits : bits + 1);
      assertThat(narrow(-x, f16)).isEqualTo((x < middle ? bits : bits + 1) | 0x8000);
    }
  }

  private static int narrow(float x, boolean f16) {
    return (f16 ? Halves.floatToF16(x) : Halves.floatToBf16(x)) & 0xffff;
  }
}
