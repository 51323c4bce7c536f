package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Comparisons relative to the largest expected value. */
public final class Near {
  private Near() {}

  /**
   * The largest difference divided by the largest expected absolute value.
   *
   * @throws AssertionError if lengths differ or any value is not finite
   */
  public static double error(String what, double[] actual, double[] expected) {
    assertThat(actual.length).as("number of values of %s", what).isEqualTo(expected.length);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      if (!Double.isFinite(actual[i]) || !Double.isFinite(expected[i])) {
        throw new AssertionError(
            "%s: value %d is %s, expected %s".formatted(what, i, actual[i], expected[i]));
      }
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return largest == 0 ? difference : difference / largest;
  }

  /** Asserts that {@link #error} is at most {@code tolerance}. */
  public static void assertNear(String what, double[] actual, double[] expected, double tolerance) {
    assertThat(error(what, actual, expected))
        .as("error of %s, relative to its largest value", what)
        .isLessThanOrEqualTo(tolerance);
  }

  /** As above, for an array in any order in memory. */
  public static void assertNear(String what, INDArray actual, double[] expected, double tolerance) {
    assertNear(what, values(actual), expected, tolerance);
  }

  /** All values in C order. */
  public static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  /** Widens. */
  public static double[] doubles(float[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
