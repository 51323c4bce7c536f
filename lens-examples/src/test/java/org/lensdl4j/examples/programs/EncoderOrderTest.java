package org.lensdl4j.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EncoderOrderTest {
  private static final double[][] COSINES = {
    {1, 0.9, 0.2, 0.1}, {0.9, 1, 0.3, 0.4}, {0.2, 0.3, 1, 0.8}, {0.1, 0.4, 0.8, 1}
  };

  private static String said(double[][] before, double[][] after) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EncoderOrder.print(before, after, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Numbers may change as long as their order stays. */
  @Test
  void theOrderCounts() {
    double[][] squared = new double[4][4];
    double[][] turned = new double[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        squared[i][j] = COSINES[i][j] * COSINES[i][j];
        turned[i][j] = i == j ? 1 : -COSINES[i][j];
      }
    }
    assertThat(said(COSINES, squared)).contains("4 texts", "rho 1.000", "for 100 %");
    assertThat(said(COSINES, turned)).contains("rho -1.000", "for 0 %");
  }
}
