package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.config.Rotary;
import org.lensdl4j.model.testing.Seeds;

class RotaryTableTest {
  private static final int DIM = 16;
  private static final int POSITIONS = 200;
  private final RotaryTable table =
      new RotaryTable(Rotary.plain(10_000), DIM, DIM, false, POSITIONS, false);

  /** What attention relies on: a product of a query and a key knows their distance alone. */
  @Test
  void productsDependOnTheDistanceAlone() {
    Seeds.forAll(
        50,
        random -> {
          float[] q = vector(random);
          float[] k = vector(random);
          int distance = random.nextInt(POSITIONS / 2);
          int at = random.nextInt(POSITIONS / 2);
          double here = dot(rotated(q, distance), rotated(k, 0));
          double there = dot(rotated(q, at + distance), rotated(k, at));
          assertThat(there).isCloseTo(here, within(2e-4));
        });
  }

  @Test
  void lengthsStayAndPositionZeroChangesNothing() {
    Seeds.forAll(
        20,
        random -> {
          float[] x = vector(random);
          float[] y = rotated(x, random.nextInt(POSITIONS));
          assertThat(dot(y, y)).isCloseTo(dot(x, x), within(1e-4));
          assertThat(rotated(x, 0)).isEqualTo(x);
        });
  }

  @Test
  void whatIsNotTurnedIsCopied() {
    RotaryTable some = new RotaryTable(Rotary.plain(10_000), DIM, 6, false, 10, false);
    RotaryTable none = new RotaryTable(Rotary.plain(10_000), DIM, 0, false, 10, false);
    float[] x = vector(new Random(4));
    float[] out = new float[DIM + 3];
    some.rotate(x, 0, 7, out, 3);
    for (int i = 0; i < DIM; i++) {
      assertThat(out[3 + i] == x[i]).isEqualTo(i >= 6);
    }
    none.rotate(x, 0, 7, out, 0);
    assertThat(java.util.Arrays.copyOf(out, DIM)).isEqualTo(x);
  }

  private float[] rotated(float[] x, int position) {
    float[] out = new float[DIM];
    table.rotate(x, 0, position, out, 0);
    return out;
  }

  private static float[] vector(Random random) {
    float[] out = new float[DIM];
    for (int i = 0; i < DIM; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
