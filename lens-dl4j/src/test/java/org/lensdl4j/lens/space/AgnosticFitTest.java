package org.lensdl4j.lens.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Seeds;

class AgnosticFitTest {
  private static double[][] gaussian(Random random, int rows, int columns) {
    double[][] out = new double[rows][columns];
    for (double[] row : out) {
      for (int i = 0; i < columns; i++) {
        row[i] = random.nextGaussian();
      }
    }
    return out;
  }

  /** Orthonormal rows. */
  private static double[][] basis(Random random, int rank, int size) {
    return ThinSvd.of(gaussian(random, rank, size)).left();
  }

  /** What is said, along the rows of {@code shared}, and noise of each text of its own. */
  private static double[][][] planted(
      Random random, int languages, int texts, double[][] shared, double noise) {
    int size = shared[0].length;
    double[][][] out = new double[languages][][];
    double[][] said = gaussian(random, texts, shared.length);
    for (int l = 0; l < languages; l++) {
      out[l] = gaussian(random, texts, size);
      double[] offset = gaussian(random, 1, size)[0];
      for (int t = 0; t < texts; t++) {
        for (int i = 0; i < size; i++) {
          out[l][t][i] = noise * out[l][t][i] + 5 * offset[i];
          for (int k = 0; k < shared.length; k++) {
            out[l][t][i] += said[t][k] * (3 - k) * shared[k][i];
          }
        }
      }
    }
    return out;
  }

  private static double[][][] random(Random random, int languages, int texts, int size) {
    return planted(random, languages, texts, basis(random, 2, size), 1);
  }

  @Test
  void isOrthonormalAndOrthogonalToTheSpecificSubspace() {
    Seeds.forAll(
        30,
        random -> {
          int size = 6 + random.nextInt(30);
          double[][] specific = basis(random, 1 + random.nextInt(3), size);
          double[][][] x = random(random, 2 + random.nextInt(4), 4 + random.nextInt(20), size);
          double[][] a = AgnosticFit.of(x, specific, 2, 1).directions();
          double[][] both = Arrays.copyOf(specific, specific.length + 2);
          System.arraycopy(a, 0, both, specific.length, 2);
          assertThat(Subspaces.orthonormalityError(both)).isLessThan(1e-12);
        });
  }

  @Test
  void recoversAPlantedSubspaceFromNoise() {
    Seeds.forAll(
        10,
        random -> {
          double[][] shared = basis(random, 2, 40);
          double[][] found =
              AgnosticFit.of(planted(random, 4, 200, shared, 0.3), new double[0][], 2, 1)
                  .directions();
          assertThat(Subspaces.distance(found, shared)).isLessThan(0.15);
        });
  }

  @Test
  void recoversItFromFewerTextsThanDimensions() {
    Seeds.forAll(
        10,
        random -> {
          double[][] shared = basis(random, 2, 300);
          AgnosticFit few =
              AgnosticFit.of(planted(random, 3, 40, shared, 0.1), new double[0][], 2, 1);
          assertThat(Subspaces.distance(few.directions(), shared)).isLessThan(0.35);
        });
  }

  @Test
  void turnsWithTheStates() {
    Seeds.forAll(
        15,
        random -> {
          int size = 12;
          int texts = random.nextBoolean() ? 3 : 25;
          double[][][] x = random(random, 3, texts, size);
          double[][] specific = basis(random, 2, size);
          double[][] turn = basis(random, size, size);
          double[][] before = AgnosticFit.of(x, specific, 2, 1).directions();
          double[][][] turned = new double[x.length][][];
          for (int l = 0; l < x.length; l++) {
            turned[l] = turned(turn, x[l]);
          }
          double[][] after = AgnosticFit.of(turned, turned(turn, specific), 2, 1).directions();
          assertThat(Subspaces.distance(turned(turn, before), after)).isLessThan(1e-7);
        });
  }

  private static double[][] turned(double[][] by, double[][] rows) {
    return Arrays.stream(rows)
        .map(r -> Arrays.stream(by).mapToDouble(b -> ThinSvd.dot(b, r, 0)).toArray())
        .toArray(double[][]::new);
  }

  @Test
  void orderOfLanguagesAndTextsDoesNotMatter() {
    Seeds.forAll(
        15,
        random -> {
          double[][][] x = random(random, 4, 15, 10);
          double[][] before = AgnosticFit.of(x, new double[0][], 3, 1).directions();
          List<double[][]> languages = new ArrayList<>(Arrays.asList(x));
          Collections.shuffle(languages, random);
          List<Integer> order = new ArrayList<>();
          for (int t = 0; t < 15; t++) {
            order.add(t);
          }
          Collections.shuffle(order, random);
          double[][][] y =
              languages.stream()
                  .map(own -> order.stream().map(t -> own[t]).toArray(double[][]::new))
                  .toArray(double[][][]::new);
          double[][] after = AgnosticFit.of(y, new double[0][], 3, 1).directions();
          assertThat(Subspaces.distance(before, after)).isLessThan(1e-8);
        });
  }

  @Test
  void smallerRanksAreTheFirstRowsOfLargerOnes() {
    double[][][] x = random(new Random(5), 3, 30, 20);
    double[][] two = AgnosticFit.of(x, new double[0][], 2, 1).directions();
    AgnosticFit five = AgnosticFit.of(x, new double[0][], 5, 1);
    assertThat(Subspaces.distance(two, Arrays.copyOf(five.directions(), 2))).isLessThan(1e-10);
    for (double correlation : five.correlations()) {
      assertThat(correlation).isBetween(0.0, 1.0);
    }
  }

  @Test
  void correlationsAreThoseAlongTheDirections() {
    double[][][] x = random(new Random(6), 2, 4000, 5);
    AgnosticFit fit = AgnosticFit.of(x, new double[0][], 1, 1);
    double[] a = new double[4000];
    double[] b = new double[4000];
    for (int t = 0; t < a.length; t++) {
      a[t] = ThinSvd.dot(fit.directions()[0], x[0][t], 0);
      b[t] = ThinSvd.dot(fit.directions()[0], x[1][t], 0);
    }
    assertThat(fit.correlations()[0]).isCloseTo(correlation(a, b), within(0.01));
  }

  private static double correlation(double[] a, double[] b) {
    double ma = Arrays.stream(a).average().orElseThrow();
    double mb = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void badInputIsNamed() {
    double[][][] x = random(new Random(1), 2, 4, 6);
    assertThatThrownBy(() -> AgnosticFit.of(x, new double[0][], 7, 3))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("agnosticRank: found 7, expected 1 to 6");
    assertThatThrownBy(() -> AgnosticFit.of(x, new double[0][], 6, 3))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("layer 3: found");
    double[][][] same = new double[2][4][6];
    assertThatThrownBy(() -> AgnosticFit.of(same, new double[0][], 1, 3))
        .hasMessageContaining("are the texts parallel?");
    assertThatThrownBy(() -> AgnosticFit.of(new double[2][2][6], new double[0][], 1, 3))
        .hasMessageContaining("found 2 parallel texts of 2 languages");
  }
}
