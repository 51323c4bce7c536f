package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.lens.testing.TinyNet;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Token losses on sequences: what counts, extreme logits, both forms of the head. */
class TokenLossTest {
  private static final int V = 7;

  @Test
  void isTheMeanOverTokensThatCount() {
    Seeds.forAll(
        10,
        random -> {
          double[][] logits = PlainLens.normal(random, 6, V);
          int[][] ids = new int[2][3];
          int[][] mask = {{0, 1, 1}, {1, 1, 1}};
          for (int[] row : ids) {
            for (int t = 0; t < 3; t++) {
              row[t] = random.nextInt(V);
            }
          }
          double expected = 0;
          for (int[] at : new int[][] {{0, 1}, {1, 0}, {1, 1}}) {
            double[] row = logits[at[0] * 3 + at[1]];
            double sum = 0;
            for (double x : row) {
              sum += Math.exp(x);
            }
            expected += (Math.log(sum) - row[ids[at[0]][at[1] + 1]]) / 3;
          }
          SameDiff sd = SameDiff.create();
          SDVariable x = sd.placeHolder("x", DataType.DOUBLE, -1, -1, V);
          attach(sd, x);
          try (TokenTargets targets = TokenTargets.next(ids, mask)) {
            double found =
                sd.outputSingle(
                        placeholders(Nd4j.createFromArray(logits).reshape(2, 3, V), targets),
                        TokenLoss.CROSS_ENTROPY)
                    .getDouble(0);
            assertThat(found).isCloseTo(expected, within(1e-12));
          }
        });
  }

  @Test
  void onlyWhatFollowsThePromptCounts() {
    int[][] ids = {{0, 0, 5, 6, 4, 3}, {1, 2, 3, 4, 0, 0}};
    int[][] mask = {{0, 0, 1, 1, 1, 1}, {1, 1, 1, 1, 0, 0}};
    try (TokenTargets targets = TokenTargets.next(ids, mask, new int[] {2, 3})) {
      assertThat(targets.counted().toFloatMatrix())
          .isDeepEqualTo(new float[][] {{0, 0, 0, 1, 1, 0}, {0, 0, 1, 0, 0, 0}});
      assertThat(targets.labels().toIntMatrix())
          .isDeepEqualTo(new int[][] {{0, 0, 0, 4, 3, 0}, {0, 0, 4, 0, 0, 0}});
    }
    assertThatThrownBy(() -> TokenTargets.next(ids, mask, new int[1]))
        .hasMessageContaining("2 texts, 2 masks and 1 prompt lengths");
  }

  @Test
  void extremeLogitsAndBatchesWithoutTokensAreFinite() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.var("x", Nd4j.createFromArray(new float[][] {{3e4f, 0, -3e4f}, {90, 89, 0}}));
    TokenLoss.crossEntropy(
            x,
            3,
            sd.constant("y", Nd4j.createFromArray(2, 0)),
            sd.placeHolder("counted", DataType.FLOAT, -1))
        .attach();
    for (float[] counted : new float[][] {{1, 1}, {0, 0}}) {
      Map<String, INDArray> all = Map.of("counted", Nd4j.createFromArray(counted));
      double loss = sd.outputSingle(all, "cross_entropy_loss").getDouble(0);
      assertThat(loss).isCloseTo(counted[0] * (6e4 + Math.log1p(Math.exp(-1))) / 2, within(1e-2));
      INDArray gradient = TinyNet.quietly(() -> sd.calculateGradients(all, "x").get("x"));
      assertThat(gradient.isNaN().any()).isFalse();
      assertThat(gradient.maxNumber().doubleValue()).isLessThanOrEqualTo(0.5);
    }
  }

  @Test
  void headAsConstantOrVariableIsTheSameAsItsLogits() {
    Random random = new Random(3);
    INDArray h = Nd4j.createFromArray(PlainLens.normal(random, 4, 5));
    INDArray head = Nd4j.createFromArray(PlainLens.normal(random, V, 5));
    INDArray labels = Nd4j.createFromArray(0, 6, 3, 3);
    double[] found = new double[3];
    INDArray[] gradients = new INDArray[3];
    for (int kind = 0; kind < 3; kind++) {
      SameDiff sd = SameDiff.create();
      SDVariable states = sd.var("h", h.dup());
      SDVariable w = kind == 0 ? sd.constant("head", head) : sd.var("head", head.dup());
      SDVariable y = sd.constant("y", labels);
      SDVariable all = sd.constant("counted", Nd4j.ones(DataType.DOUBLE, 4));
      TokenLoss loss =
          kind == 2
              ? TokenLoss.crossEntropy(sd.mmul(states, w, false, true, false), V, y, all)
              : TokenLoss.crossEntropyOfStates(states, w, y, all);
      found[kind] = loss.attach().term().eval().getDouble(0);
      gradients[kind] = TinyNet.quietly(() -> sd.calculateGradients(null, "h").get("h"));
    }
    assertThat(found[1]).isCloseTo(found[0], within(1e-12));
    assertThat(found[2]).isCloseTo(found[0], within(1e-12));
    assertThat(gradients[1].distance2(gradients[0])).isLessThan(1e-12);
    assertThat(gradients[2].distance2(gradients[0])).isLessThan(1e-12);
  }

  @Test
  void weightsMayBeSchedules() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.DOUBLE, -1, -1, V);
    SDVariable y = sd.placeHolder("labels", DataType.INT32, -1, -1);
    SDVariable counted = sd.placeHolder("counted", DataType.FLOAT, -1, -1);
    WeightedTerm term =
        TokenLoss.crossEntropy(x, V, y, counted)
            .prefix("own_")
            .weight(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 2.0, 1, 0.5)))
            .attach();
    try (TokenTargets targets = TokenTargets.next(new int[][] {{1, 2}}, new int[][] {{1, 1}})) {
      Map<String, INDArray> all = placeholders(Nd4j.zeros(DataType.DOUBLE, 1, 2, V), targets);
      assertThat(sd.outputSingle(all, "own_cross_entropy_loss").getDouble(0))
          .isCloseTo(2 * Math.log(V), within(1e-9));
      term.at(0, 1);
      assertThat(sd.outputSingle(all, "own_cross_entropy_loss").getDouble(0))
          .isCloseTo(0.5 * Math.log(V), within(1e-9));
    }
  }

  @Test
  void aStudentLikeItsTeacherHasNothingToLearn() {
    SameDiff sd = SameDiff.create();
    INDArray logits = Nd4j.createFromArray(PlainLens.normal(new Random(2), 3, V));
    SDVariable counted = sd.constant("counted", Nd4j.ones(DataType.DOUBLE, 3));
    SDVariable x = sd.var("x", logits);
    TokenLoss.distillation(x, sd.constant("teacher", logits.add(4)), V, counted)
        .temperature(3)
        .attach();
    assertThat(sd.outputSingle(Map.of(), "distillation").getDouble(0)).isCloseTo(0, within(1e-12));
    INDArray gradient = TinyNet.quietly(() -> sd.calculateGradients(null, "x").get("x"));
    assertThat(gradient.norm2Number().doubleValue()).isLessThan(1e-12);
  }

  @Test
  void wantsAHeadOfKnownShape() {
    SameDiff sd = SameDiff.create();
    SDVariable h = sd.placeHolder("h", DataType.FLOAT, -1, 5);
    assertThatThrownBy(
            () -> TokenLoss.crossEntropyOfStates(h, sd.constant("w", Nd4j.ones(5)), h, h))
        .hasMessageContaining("the head w has shape [5]");
  }

  private static void attach(SameDiff sd, SDVariable logits) {
    TokenLoss.crossEntropy(
            logits,
            V,
            sd.placeHolder("labels", DataType.INT32, -1, -1),
            sd.placeHolder("counted", DataType.FLOAT, -1, -1))
        .attach();
  }

  private static Map<String, INDArray> placeholders(INDArray x, TokenTargets targets) {
    return Map.of("x", x, "labels", targets.labels(), "counted", targets.counted());
  }
}
