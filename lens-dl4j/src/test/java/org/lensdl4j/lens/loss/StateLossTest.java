package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.lens.testing.TinyNet;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Losses on the states of single tokens, against the same by hand. */
class StateLossTest {
  private static final int D = 5;

  @Test
  void distanceIsTheMeanOverWhatCounts() {
    Seeds.forAll(
        10,
        random -> {
          int rows = 1 + random.nextInt(4);
          double[][] now = PlainLens.normal(random, rows, D);
          double[][] wanted = PlainLens.normal(random, rows, D);
          double[] counted = new double[rows];
          double expected = 0;
          double part = 0;
          int count = 0;
          for (int i = 0; i < rows; i++) {
            counted[i] = i == 0 || random.nextBoolean() ? 1 : 0;
            count += (int) counted[i];
            for (int k = 0; k < D; k++) {
              double square = Math.pow(now[i][k] - wanted[i][k], 2) / D;
              expected += counted[i] * square;
              part += k == 1 ? counted[i] * square : 0;
            }
          }
          SameDiff sd = graph(now, wanted, counted);
          // One direction, where products with it have no gradient in SameDiff.
          INDArray basis = Nd4j.createFromArray(new double[][] {{0, 1, 0, 0, 0}});
          StateLoss.distance(v(sd, "now"), v(sd, "wanted"), D, v(sd, "counted"))
              .prefix("part_")
              .within(basis)
              .weight(3)
              .attach();
          StateLoss.distance(v(sd, "now"), v(sd, "wanted"), D, v(sd, "counted")).attach();
          assertThat(value(sd, "state_distance")).isCloseTo(expected / count, within(1e-12));
          assertThat(value(sd, "part_state_distance")).isCloseTo(part / count, within(1e-12));
          assertThat(value(sd, "part_state_distance_loss"))
              .isCloseTo(3 * part / count, within(1e-12));
          INDArray each = sd.outputSingle(Map.of(), "state_distance_rows");
          assertThat(each.sumNumber().doubleValue()).isCloseTo(expected, within(1e-12));
          GradCheck.check("distance", sd);
        });
  }

  @Test
  void fenceCountsOnlyWhatIsBeyond() {
    Seeds.forAll(
        10,
        random -> {
          int rows = 1 + random.nextInt(4);
          double[][] now = PlainLens.normal(random, rows, D);
          double[][] directions = PlainLens.normal(random, 3, D);
          double[][] limits = PlainLens.normal(random, rows, 3);
          double expected = 0;
          for (int i = 0; i < rows; i++) {
            limits[i][0] = 1e30;
            for (int m = 0; m < 3; m++) {
              double along = 0;
              for (int k = 0; k < D; k++) {
                along += now[i][k] * directions[m][k];
              }
              expected += Math.max(0, along - limits[i][m]) / rows;
            }
          }
          double[] counted = new double[rows];
          java.util.Arrays.fill(counted, 1);
          SameDiff sd = graph(now, now, counted);
          sd.constant("limits", Nd4j.createFromArray(limits));
          StateLoss.fence(
                  v(sd, "now"), Nd4j.createFromArray(directions), v(sd, "limits"), v(sd, "counted"))
              .attach();
          assertThat(value(sd, "state_fence")).isCloseTo(expected, within(1e-12));
          GradCheck.check("fence", sd);
        });
  }

  @Test
  void nothingThatCountsIsNothingToLearn() {
    double[][] now = {{1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}};
    SameDiff sd = graph(now, new double[2][D], new double[2]);
    StateLoss.distance(v(sd, "now"), v(sd, "wanted"), D, v(sd, "counted")).attach();
    assertThat(value(sd, "state_distance_loss")).isZero();
    INDArray gradient = TinyNet.quietly(() -> sd.calculateGradients(Map.of(), "now").get("now"));
    assertThat(gradient.norm1Number().doubleValue()).isZero();
    assertThat(gradient.isNaN().any()).isFalse();
  }

  @Test
  void asksForWhatFits() {
    SameDiff sd = graph(new double[1][D], new double[1][D], new double[1]);
    INDArray one = Nd4j.ones(DataType.DOUBLE, 1, D);
    assertThatThrownBy(() -> StateLoss.fence(v(sd, "now"), one, v(sd, "wanted"), v(sd, "counted")))
        .hasMessage(
            "the fence has directions of shape [1, 5], expected two rows or more, [directions, hidden]");
    StateLoss loss = StateLoss.distance(v(sd, "now"), v(sd, "wanted"), D, v(sd, "counted"));
    loss.attach();
    assertThatThrownBy(loss::attach).hasMessageContaining("tell several losses apart");
    assertThatThrownBy(() -> loss.weight(-1))
        .hasMessage("weight of the state loss is -1.0, expected 0 or a positive number");
  }

  private static SameDiff graph(double[][] now, double[][] wanted, double[] counted) {
    SameDiff sd = SameDiff.create();
    sd.var("now", Nd4j.createFromArray(now));
    sd.constant("wanted", Nd4j.createFromArray(wanted));
    sd.constant("counted", Nd4j.createFromArray(counted));
    return sd;
  }

  private static SDVariable v(SameDiff sd, String name) {
    return sd.getVariable(name);
  }

  private static double value(SameDiff sd, String name) {
    return sd.outputSingle(Map.of(), name).getDouble(0);
  }
}
