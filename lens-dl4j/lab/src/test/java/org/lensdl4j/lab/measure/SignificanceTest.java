package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class SignificanceTest {
  @Test
  void mcNemarIsTheBinomialTest() {
    assertThat(Significance.mcNemar(0, 0)).isEqualTo(1);
    assertThat(Significance.mcNemar(3, 3)).isEqualTo(1);
    assertThat(Significance.mcNemar(5, 0)).isCloseTo(2 / 32.0, within(1e-12));
    assertThat(Significance.mcNemar(1, 8)).isCloseTo(2 * 10 / 512.0, within(1e-12));
    assertThat(Significance.mcNemar(900, 1000)).isCloseTo(0.0231, within(1e-3));
  }

  /** Against whole numbers: sums of binomial coefficients over 2^n. */
  @Test
  void mcNemarIsExact() {
    for (int n = 1; n <= 120; n++) {
      BigInteger choose = BigInteger.ONE;
      BigInteger tail = BigInteger.ZERO;
      for (int k = 0; 2 * k <= n; k++) {
        tail = tail.add(choose);
        double exact =
            new BigDecimal(tail.multiply(BigInteger.TWO))
                .divide(new BigDecimal(BigInteger.TWO.pow(n)), MathContext.DECIMAL64)
                .min(BigDecimal.ONE)
                .doubleValue();
        assertThat(Significance.mcNemar(k, n - k)).isCloseTo(exact, withPercentage(1e-9));
        choose = choose.multiply(BigInteger.valueOf(n - k)).divide(BigInteger.valueOf(k + 1));
      }
    }
  }

  @Test
  void holmIsMonotoneAndNeverBelowP() {
    assertThat(Significance.holm(0.01, 0.04, 0.03))
        .containsExactly(new double[] {0.03, 0.06, 0.06}, within(1e-15));
    assertThat(Significance.holm()).isEmpty();
    Seeds.forAll(
        50,
        random -> {
          double[] p = random.doubles(1 + random.nextInt(9)).toArray();
          double[] holm = Significance.holm(p);
          for (int i = 0; i < p.length; i++) {
            assertThat(holm[i]).isBetween(p[i], 1.0);
            for (int j = 0; j < p.length; j++) {
              assertThat(p[i] < p[j] && holm[i] > holm[j]).isFalse();
            }
          }
        });
  }

  @Test
  void theItemsThatWouldBeNeededShowTheDifference() {
    long n = Significance.itemsNeeded(0.02, 0.3);
    assertThat(Significance.smallestShown(0.3, (int) n)).isCloseTo(0.02, within(1e-4));
    assertThat(Significance.itemsNeeded(0, 0.3)).isZero();
  }

  @Test
  void parallelItemsAreDrawnTogether() {
    List<String> keys = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();
    List<String> others = IntStream.range(0, 40).mapToObj(i -> "o" + i).toList();
    double[] zero = new double[40];
    double[] x = IntStream.range(0, 40).mapToDouble(i -> i % 3).toArray();
    PairedBootstrap.Group a = PairedBootstrap.Group.means(keys, zero, x);
    double alone = width(PairedBootstrap.of(List.of(a), 1));
    double together = width(PairedBootstrap.of(List.of(a, a), 1));
    double apart =
        width(PairedBootstrap.of(List.of(a, PairedBootstrap.Group.means(others, zero, x)), 1));

    assertThat(together).as("a copy adds nothing").isCloseTo(alone, within(1e-9));
    assertThat(apart).as("new items do").isLessThan(0.9 * alone);
  }

  private static double width(PairedBootstrap.Estimate e) {
    return e.difference().high() - e.difference().low();
  }
}
