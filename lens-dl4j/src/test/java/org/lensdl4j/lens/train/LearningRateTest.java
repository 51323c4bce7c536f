package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.config.Schedule;

class LearningRateTest {
  /** The values of transformers 4.42.3's get_cosine_schedule_with_warmup(1, 12). */
  @Test
  void cosineIsThatOfTransformers() {
    LearningRate rate = new LearningRate(1e-5, Schedule.COSINE, 12, 0.05);
    assertThat(rate.at(0)).isZero();
    assertThat(rate.at(1)).isEqualTo(1e-5);
    assertThat(rate.at(2)).isCloseTo(9.797464868072489e-06, within(1e-20));
    assertThat(rate.at(6)).isCloseTo(5.711574191366427e-06, within(1e-20));
    assertThat(rate.at(11)).isCloseTo(2.0253513192751374e-07, within(1e-20));
  }

  @Test
  void linearFallsToZeroAndConstantStays() {
    LearningRate linear = new LearningRate(2, Schedule.LINEAR, 10, 0.2);
    assertThat(linear.at(1)).isEqualTo(1);
    assertThat(linear.at(6)).isEqualTo(1);
    assertThat(linear.at(10)).isZero();
    assertThat(new LearningRate(2, Schedule.CONSTANT, 10, 0).at(9)).isEqualTo(2);
  }
}
