package org.lensdl4j.model.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.config.Scales;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Blocks of the vocabulary give what all of it at once gives. */
class HeadPassTest {
  private static final int D = 5;

  @Test
  void equalsTheWholeVocabularyInDoublePrecision() {
    Seeds.forAll(
        6,
        random -> {
          // Less than a block, whole blocks, and a part of one more.
          int[] sizes = {3, HeadPass.BLOCK, 2 * HeadPass.BLOCK + 1 + random.nextInt(200)};
          int vocabulary = sizes[random.nextInt(sizes.length)];
          double scale = random.nextBoolean() ? 1 : 0.25;
          double cap = random.nextBoolean() ? 0 : 2;
          float[] head = floats(random, vocabulary * D);
          int rows = 1 + random.nextInt(HeadPass.ROWS);
          float[] states = floats(random, (rows + 2) * D);
          int[][] tokens = new int[rows + 2][];
          for (int i = 0; i < tokens.length; i++) {
            tokens[i] = new int[] {vocabulary - 1, random.nextInt(vocabulary), 0};
          }
          try (INDArray matrix = Nd4j.create(head, new long[] {vocabulary, D}, 'c');
              HeadPass pass = new HeadPass(matrix, scales(scale, cap), random.nextBoolean())) {
            pass.score(states, 0, 1, tokens);
            List<TokenScores> found = pass.score(states, 2, rows, tokens);
            assertThat(found).hasSize(rows);
            for (int i = 0; i < rows; i++) {
              check(head, vocabulary, states, 2 + i, tokens[2 + i], scale, cap, found.get(i));
            }
          }
        });
  }

  private static void check(
      float[] head,
      int vocabulary,
      float[] states,
      int row,
      int[] tokens,
      double scale,
      double cap,
      TokenScores found) {
    double[] scores = new double[vocabulary];
    double max = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < vocabulary; v++) {
      for (int j = 0; j < D; j++) {
        scores[v] += (double) head[v * D + j] * states[row * D + j];
      }
      scores[v] *= scale;
      scores[v] = cap > 0 ? cap * Math.tanh(scores[v] / cap) : scores[v];
      max = Math.max(max, scores[v]);
    }
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - max);
    }
    for (int k = 0; k < tokens.length; k++) {
      double expected = scores[tokens[k]] - max - Math.log(sum);
      assertThat(found.logProbabilities()[k]).isCloseTo(expected, within(1e-4));
    }
    assertThat(scores[found.best()]).isCloseTo(max, within(1e-4));
  }

  @Test
  void whatIsNoNumberStaysNone() {
    float[] head = floats(new Random(1), 4 * D);
    try (INDArray matrix = Nd4j.create(head, new long[] {4, D}, 'c');
        HeadPass pass = new HeadPass(matrix, scales(1, 0), false)) {
      float[] state = {1, 2, Float.NaN, 4, 5};
      assertThat(pass.score(state, 0, 1, new int[][] {{2}}).get(0).logProbabilities())
          .contains(Double.NaN);
    }
  }

  private static float[] floats(Random random, int count) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }

  private static Scales scales(double logits, double cap) {
    return new Scales(1, 0, 1, logits, 0, cap);
  }
}
