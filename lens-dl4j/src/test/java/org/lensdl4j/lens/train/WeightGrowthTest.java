package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightGrowthTest {
  @ParameterizedTest
  @ValueSource(doubles = {1e30, 11, Double.NaN, Double.POSITIVE_INFINITY})
  void destroyedWeightsStopTheRun(double now) {
    try (INDArray array = Nd4j.valueArrayOf(new long[] {3, 4}, 0.02f)) {
      WeightGrowth growth = new WeightGrowth(Map.of("w", array));
      array.assign(now);
      assertThatThrownBy(() -> growth.check(2, "lower it"))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("step 2: the weights of w")
          .hasMessageContaining("lower it");
    }
  }

  @Test
  void trainedWeightsAndAdaptersThatBeginAtZeroGoOn() {
    try (INDArray array = Nd4j.create(3, 4)) {
      WeightGrowth growth = new WeightGrowth(Map.of("w", array));
      array.assign(0.5);
      assertThatCode(() -> growth.check(1, "")).doesNotThrowAnyException();
    }
  }
}
