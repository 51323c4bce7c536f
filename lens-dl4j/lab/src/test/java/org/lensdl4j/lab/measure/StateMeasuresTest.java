package org.lensdl4j.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.testing.Seeds;

class StateMeasuresTest {
  private static final float[][] X = {{1, 0, 0}, {0, 2, 0}, {0, 0, 3}};

  static float[][] gaussian(Random random, int n, int size) {
    float[][] out = new float[n][size];
    for (float[] row : out) {
      for (int i = 0; i < size; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return out;
  }

  @Test
  void retrievalFindsOwnItems() {
    assertThat(StateMeasures.retrieval(X, new float[][] {{5, 1, 0}, {0, 1, 0}, {1, 0, 1.5f}}))
        .containsExactly(1, 1, 1);
    assertThat(StateMeasures.retrieval(X, new float[][] {{0, 1, 0}, {1, 0, 0}, {0, 0, 1}}))
        .containsExactly(0, 0, 1);
  }

  @Test
  void equallyNearCandidatesShare() {
    float[][] same = {{1, 1, 1}, {2, 2, 2}, {4, 4, 4}, {8, 8, 8}};
    assertThat(StateMeasures.retrieval(same, same)).containsOnly(0.25);
  }

  @Test
  void retrievalIgnoresLengthsAndEqualsPlainCounting() {
    Seeds.forAll(
        20,
        random -> {
          float[][] a = gaussian(random, 15, 4);
          float[][] b = gaussian(random, 15, 4);
          double[] hits = StateMeasures.retrieval(a, b);
          for (int i = 0; i < 15; i++) {
            int best = 0;
            double[] cosines = new double[15];
            for (int j = 0; j < 15; j++) {
              cosines[j] = StateMeasures.cosine(new float[][] {a[i]}, new float[][] {b[j]})[0];
              best = cosines[j] > cosines[best] ? j : best;
            }
            assertThat(hits[i]).isEqualTo(best == i ? 1 : 0);
          }
        });
  }

  @Test
  void cosinesAndGapsByHand() {
    float[][] c = {{3, 4, 0}};
    float[][] x = {{6, 0, 8}};
    assertThat(StateMeasures.cosine(x, c)[0]).isCloseTo(18.0 / 50, within(1e-7));
    double[][] first = {{1, 0, 0}};
    assertThat(StateMeasures.cosineIn(first, x, c)).containsExactly(1.0);
    assertThat(StateMeasures.gap(first, x, c)).containsExactly(1.0);
    assertThat(StateMeasures.cosine(new float[1][3], c)).containsExactly(0.0);
  }

  @Test
  void displacementIsInUnitsOfTheDirection() {
    Seeds.forAll(
        20,
        random -> {
          float[][] before = gaussian(random, 5, 6);
          float[][] after = new float[5][6];
          double[] delta = random.doubles(6).toArray();
          for (int i = 0; i < 5; i++) {
            for (int k = 0; k < 6; k++) {
              after[i][k] = (float) (before[i][k] + 0.75 * delta[k]);
            }
          }
          double square = Arrays.stream(delta).map(x -> x * x).sum();
          double[] filter = Arrays.stream(delta).map(x -> x / square).toArray();
          for (double moved : StateMeasures.along(filter, before, after)) {
            assertThat(moved).isCloseTo(0.75, within(1e-5));
          }
        });
  }

  @Test
  void driftIsRelative() {
    float[][] twice = {{2, 0, 0}, {0, 4, 0}, {0, 0, 6}};
    assertThat(StateMeasures.drift(X, twice)).containsExactly(1, 1, 1);
    assertThat(StateMeasures.drift(X, X)).containsExactly(0, 0, 0);
  }

  @Test
  void separabilityLeavesTheJudgedStateOut() {
    double[][] basis = {{1, 0}};
    Map<String, float[][]> apart = new LinkedHashMap<>();
    apart.put("a", new float[][] {{0, 9}, {1, 7}, {0.5f, -8}});
    apart.put("b", new float[][] {{5, 9}, {6, 7}, {7, -8}});
    assertThat(StateMeasures.separability(basis, apart, "a")).containsExactly(1, 1, 1);
    // With itself in the mean (0+4)/2 = 2 the state 4 would be nearer to a; without, it is not.
    Map<String, float[][]> near = new LinkedHashMap<>();
    near.put("a", new float[][] {{0, 0}, {4, 0}});
    near.put("b", new float[][] {{7, 0}, {7, 0}});
    assertThat(StateMeasures.separability(basis, near, "a")).containsExactly(1, 0);
    assertThatThrownBy(() -> StateMeasures.separability(basis, near, "c"))
        .hasMessageContaining("found 0 states of c");
  }

  @Test
  void textsMustBeParallel() {
    assertThatThrownBy(() -> StateMeasures.cosine(X, new float[2][3]))
        .hasMessageContaining("found 3 and 2 texts");
  }
}
