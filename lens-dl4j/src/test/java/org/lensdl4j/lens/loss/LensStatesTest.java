package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** States of texts where a space was probed, whichever side the padding is on. */
class LensStatesTest {
  private static final float[][][] HIDDEN = {
    {{1, 10}, {3, 30}, {8, 80}, {99, 99}}, {{99, 99}, {99, 99}, {99, 99}, {5, 50}}
  };
  private static final float[][] MASK = {{1, 1, 1, 0}, {0, 0, 0, 1}};

  @Test
  void readsWhatThePoolingSays() {
    check(Pooling.LAST, new float[] {8, 80}, new float[] {4, 40});
    check(Pooling.MEAN, new float[] {4, 40}, new float[] {4, 40});
    check(Pooling.FIRST, new float[] {1, 10}, new float[] {1, 10});
    check(Pooling.REST, new float[] {5.5f, 55}, new float[] {5.5f, 55});
  }

  /** Before, an additive mask gave zeros and one of a single column means that were too large. */
  @Test
  void masksThatAreNoneGiveNoNumbers() {
    float[][][] wrong = {
      {{0, 0, 0, -1e9f}, {0, 0, 0, 0}}, {{1}, {1}}, {{1, 1, 0.5f, 0}, {1, 1, 1, 1}}
    };
    for (float[][] mask : wrong) {
      for (Pooling pooling : Pooling.values()) {
        SameDiff sd = SameDiff.create();
        SDVariable hidden = sd.placeHolder("hidden", DataType.FLOAT, -1, -1, 2);
        SDVariable given = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
        SDVariable loss = LensStates.of(hidden, given, pooling).last().sum();
        try (GraphRunner runner = new GraphRunner(sd)) {
          Map<String, INDArray> arrays =
              Map.of("hidden", Nd4j.createFromArray(HIDDEN), "mask", Nd4j.createFromArray(mask));
          assertThat(runner.run(arrays, List.of(loss.name())).get(loss.name()).getDouble(0))
              .as("%s", pooling)
              .isNaN();
        }
      }
    }
  }

  @Test
  void batchesOfSingleTokens() {
    for (Pooling pooling : Pooling.values()) {
      SameDiff sd = SameDiff.create();
      SDVariable hidden = sd.placeHolder("hidden", DataType.FLOAT, -1, -1, 2);
      SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
      String last = LensStates.of(hidden, mask, pooling).last().name();
      try (GraphRunner runner = new GraphRunner(sd)) {
        INDArray states = Nd4j.createFromArray(new float[][][] {{{1, 2}}, {{3, 4}}});
        assertThat(
                runner
                    .run(Map.of("hidden", states, "mask", Nd4j.ones(2, 1)), List.of(last))
                    .get(last)
                    .toFloatMatrix())
            .as("%s", pooling)
            .isDeepEqualTo(new float[][] {{1, 2}, {3, 4}});
      }
    }
  }

  private static void check(Pooling pooling, float[] last, float[] mean) {
    SameDiff sd = SameDiff.create();
    SDVariable hidden = sd.placeHolder("hidden", DataType.FLOAT, -1, -1, 2);
    SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
    LensStates states = LensStates.of(hidden, mask, pooling);
    try (GraphRunner runner = new GraphRunner(sd)) {
      Map<String, INDArray> found =
          runner.run(
              Map.of("hidden", Nd4j.createFromArray(HIDDEN), "mask", Nd4j.createFromArray(MASK)),
              List.of(states.last().name(), states.mean().name()));
      INDArray l = found.get(states.last().name());
      INDArray m = found.get(states.mean().name());
      assertThat(l.getRow(0).toFloatVector()).as("last, %s", pooling).containsExactly(last);
      assertThat(m.getRow(0).toFloatVector()).as("mean, %s", pooling).containsExactly(mean);
      // A text of one token is that token, however it is pooled.
      assertThat(l.getRow(1).toFloatVector()).as("%s", pooling).containsExactly(5, 50);
      assertThat(m.getRow(1).toFloatVector()).as("%s", pooling).containsExactly(5, 50);
    }
  }
}
