package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KernelsTest {

  @Test
  void swigluIsAccurateAndFiniteFromEndToEnd() {
    int n = 400_001;
    float[] gate = new float[n];
    float[] up = new float[n];
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      gate[i] = (i - n / 2) / 1000f;
      up[i] = 2;
    }
    Kernels.swiglu(gate, up, out, n);
    for (int i = 0; i < n; i++) {
      double expected = 2 * gate[i] / (1 + Math.exp(-(double) gate[i]));
      // a few units in the last place of the gate
      assertThat((double) out[i]).isCloseTo(expected, within(5e-7 * Math.abs(gate[i])));
    }
    float[] extreme = {1e30f, -1e30f, 0f, -0f};
    Kernels.swiglu(extreme, new float[] {1, 1, 1, 1}, extreme, 4);
    assertThat(extreme).containsExactly(1e30f, 0f, 0f, 0f);
    float[] broken = {Float.NaN};
    Kernels.swiglu(broken, new float[] {1}, broken, 1);
    assertThat(broken[0]).isNaN();
  }

  @Test
  void expIsAccurateAgainstTheLargest() {
    int n = 100_000;
    float[] x = new float[n];
    float[] max = new float[n];
    float[] sum = new float[n];
    Arrays.fill(max, 3f);
    for (int i = 0; i < n; i++) {
      x[i] = 3f - i / 500f;
    }
    float[] in = x.clone();
    Kernels.expAndSum(x, max, sum, 0, n);
    for (int i = 0; i < n; i++) {
      assertThat((double) x[i]).isCloseTo(Math.exp(in[i] - 3.0), within(4e-7));
      assertThat(sum[i]).isEqualTo(x[i]);
    }
    assertThat(x[0]).isEqualTo(1f);
  }

  @Test
  void normDividesByTheRootMeanSquare() {
    float[] x = new float[19];
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = i - 7;
      squares += x[i] * x[i];
    }
    float[] out = new float[x.length];
    Kernels.norm(x, out, 1e-5);
    for (int i = 0; i < x.length; i++) {
      assertThat((double) out[i])
          .isCloseTo(x[i] / Math.sqrt(squares / x.length + 1e-5), within(1e-6));
    }
  }
}
