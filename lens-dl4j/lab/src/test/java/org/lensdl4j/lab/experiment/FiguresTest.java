package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Interval;

class FiguresTest {
  @Test
  void anglesOfKnownSubspaces() {
    double[][] xy = {{1, 0, 0}, {0, 1, 0}};
    double turned = Math.toRadians(1e-5);
    double[][] nearly = {{1, 0, 0}, {0, Math.cos(turned), Math.sin(turned)}};
    double[][] diagonal = {{0, Math.sqrt(0.5), Math.sqrt(0.5)}};

    assertThat(PrincipalAngles.degrees(xy, xy)).containsExactly(0, 0);
    assertThat(PrincipalAngles.degrees(xy, nearly)[1]).isCloseTo(1e-5, within(1e-9));
    assertThat(PrincipalAngles.degrees(xy, diagonal)).hasSize(1);
    assertThat(PrincipalAngles.degrees(diagonal, xy)[0]).isCloseTo(45, within(1e-9));
    assertThat(PrincipalAngles.degrees(new double[][] {{0, 0, 1}}, xy)[0])
        .isCloseTo(90, within(1e-9));
  }

  /** Ranks 3.5, 1, 3.5, 2 of the cells that count; the other matrix has the ranks 1 to 6. */
  @Test
  void ranksShareWhatIsEqual() {
    double[][] x = {{0, 3, 1}, {3, 0, 2}, {4, 5, 0}};
    double[][] y = {{0, 1, 2}, {3, 0, 4}, {5, 6, 0}};

    // 1 - 6 sum d^2 / n (n^2 - 1) does not hold with ties: Pearson's of the ranks, by hand.
    double[] a = {3.5, 1, 3.5, 2, 5, 6};
    double[] b = {1, 2, 3, 4, 5, 6};
    double ab = 0;
    double aa = 0;
    for (int i = 0; i < 6; i++) {
      ab += (a[i] - 3.5) * (b[i] - 3.5);
      aa += (a[i] - 3.5) * (a[i] - 3.5);
    }
    assertThat(RankCorrelation.of(x, y, 1).rho())
        .isCloseTo(ab / Math.sqrt(aa * 17.5), within(1e-12));
  }

  @Test
  void correlationDoesNotSeeTheDiagonal() {
    double[][] x = {{9, 1, 2}, {3, -9, 6}, {5, 4, 0}};
    double[][] y = {{-1, 10, 20}, {30, 7, 60}, {50, 40, 99}};

    RankCorrelation c = RankCorrelation.of(x, y, 1);
    assertThat(c.rho()).isCloseTo(1, within(1e-12));
    assertThat(c.p()).isEqualTo(1 / 6.0);
    assertThat(c.least()).isEqualTo(1 / 6.0);
    assertThat(RankCorrelation.of(x, new double[3][3], 1).p()).isNaN();
    assertThat(RankCorrelation.of(new double[9][9], new double[9][9], 1).least())
        .isEqualTo(1 / 5040.0);
  }

  @Test
  void csvKeepsItsColumns() {
    Csv csv = new Csv(Csv.header("name", Csv.interval("x")));
    csv.row("a, \"b\"", new Interval(0.1, Double.NaN, 2));

    assertThat(csv.toString()).isEqualTo("name,x,x_low,x_high\n\"a, \"\"b\"\"\",0.1,,2.0\n");
    assertThatThrownBy(() -> csv.row("short")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wordsSayUpDownAndChance() {
    assertThat(Words.change(new Interval(0.5, 0.25, 0.75)))
        .isEqualTo("rose by 0.500 (95 % interval +0.250 to +0.750)");
    assertThat(Words.change(new Interval(-0.5, -1, 0.1))).contains("did not change beyond chance");
    assertThat(Words.against(new Interval(0, 0, 0))).isEqualTo("is the same");
    assertThat(Words.list(java.util.List.of("a", "b", "c"))).isEqualTo("a, b and c");
    assertThat(Words.value(0.3 * 1e-4)).isEqualTo("0.00003");
    assertThat(Words.value(40)).isEqualTo("40");
    assertThat(Words.percent(0.1234)).isEqualTo("12 %");
  }
}
