package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

class BootstrapTest {
  @Test
  void sameSeedSameInterval() {
    double[] a = new Random(1).doubles(40).toArray();
    double[] b = new Random(2).doubles(40).toArray();
    assertThat(Bootstrap.difference(a, b, 7)).isEqualTo(Bootstrap.difference(a, b, 7));
    assertThat(Bootstrap.difference(a, b, 7)).isNotEqualTo(Bootstrap.difference(a, b, 8));
  }

  @Test
  void itemsThatAllChangeAlikeHaveNoUncertainty() {
    double[] a = {0.25, 4, 0.5};
    double[] b = {1.25, 5, 1.5};
    assertThat(Bootstrap.difference(a, b, 1)).isEqualTo(new Interval(1, 1, 1));
    assertThat(Bootstrap.difference(a, a, 1).excludesZero()).isFalse();
  }

  @Test
  void intervalIsThatOfTheNormalApproximation() {
    // 400 differences of standard deviation 1: the mean's interval is about +-1.96/20.
    Random random = new Random(3);
    double[] a = new double[400];
    double[] b = random.doubles(400).map(x -> random.nextGaussian()).toArray();
    Interval i = Bootstrap.difference(a, b, 5);
    assertThat(i.high() - i.low()).isCloseTo(2 * 1.96 / 20, within(0.03));
    assertThat(i.value()).isBetween(i.low(), i.high());
  }

  @Test
  void ratiosCountLongItemsMore() {
    double[] before = {10, 100};
    double[] after = {5, 100};
    assertThat(Bootstrap.ratioDifference(before, after, new double[] {10, 90}, 1).value())
        .isCloseTo(-0.05, within(1e-12));
    assertThatThrownBy(() -> Bootstrap.difference(before, new double[1], 1))
        .isInstanceOf(LensException.class);
  }

  /** To the bit what was written by hand until commons-math3 did it. */
  @Test
  void percentilesAreInterpolatedBetweenSortedDraws() {
    Seeds.forAll(
        50,
        random -> {
          double[] drawn = random.doubles(Bootstrap.SAMPLES, -1, 1).toArray();
          double[] sorted = drawn.clone();
          Arrays.sort(sorted);
          Interval found = Bootstrap.interval(0, drawn);
          assertThat(found.low()).isEqualTo(between(sorted, 0.025));
          assertThat(found.high()).isEqualTo(between(sorted, 0.975));
        });
    double[] broken = {1, Double.NaN, 3};
    assertThat(Bootstrap.interval(2, broken).low()).isNaN();
    assertThat(Bootstrap.interval(2, broken).excludesZero()).isFalse();
  }

  private static double between(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) at;
    return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
  }

  @Test
  void bitsOfKnownProbabilities() {
    float[] even = new float[8];
    assertThat(BitsPerByte.bits(new float[][] {even, even}, new int[] {0, 7}))
        .isCloseTo(6, within(1e-12));
    float[] sure = {1000, 0, -1000};
    assertThat(BitsPerByte.logProbability(sure, 0)).isZero();
    assertThat(BitsPerByte.logProbability(sure, 2)).isEqualTo(-2000);
    assertThat(BitsPerByte.bytes("a\u00e9\u4e8c\ud83d\ude00")).isEqualTo(10);
  }

  /** Values over weights, told either way, are the same figure, also where sides share weights. */
  @Test
  void sumsAreDrawnAsValuesAre() {
    Seeds.forAll(
        10,
        random -> {
          int n = 2 + random.nextInt(12);
          List<String> keys = IntStream.range(0, n).mapToObj(Integer::toString).toList();
          double[] before = random.doubles(n).toArray();
          double[] after = random.doubles(n).toArray();
          double[] weights = random.doubles(n, 1, 3).toArray();
          PairedBootstrap.Sums sums =
              new PairedBootstrap.Sums(
                  pairs(before, weights), pairs(after, weights), s -> s[0] / s[1]);
          PairedBootstrap.Estimate expected =
              PairedBootstrap.of(
                  List.of(new PairedBootstrap.Group(keys, before, after, weights)), 5);
          PairedBootstrap.Estimate found =
              PairedBootstrap.of(
                  List.of(new PairedBootstrap.Group(keys, before, after, weights, sums)), 5);
          assertThat(found.difference().value())
              .isEqualTo(expected.difference().value(), within(1e-12));
          assertThat(found.difference().low())
              .isEqualTo(expected.difference().low(), within(1e-12));
          assertThat(found.after().high()).isEqualTo(expected.after().high(), within(1e-12));
          assertThat(found.p()).isEqualTo(expected.p());
        });
  }

  @Test
  void whatNoItemCountsForIsRefusedInsteadOfDrawnForEver() {
    double[] zero = {0, 0};
    PairedBootstrap.Group none =
        new PairedBootstrap.Group(List.of("a", "b"), zero, zero, zero, null);

    assertThatThrownBy(() -> PairedBootstrap.of(List.of(none), 1))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("no item counts");
  }

  private static double[][] pairs(double[] values, double[] weights) {
    double[][] out = new double[values.length][];
    Arrays.setAll(out, i -> new double[] {values[i], weights[i]});
    return out;
  }
}
