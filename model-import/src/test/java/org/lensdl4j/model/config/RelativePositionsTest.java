package org.lensdl4j.model.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RelativePositionsTest {
  @Test
  void bucketsGrowWithTheDistanceOnEachSideAndStayApart() {
    for (int n = 1; n < 3 * RelativePositions.FARTHEST; n++) {
      int left = RelativePositions.bucket(-n);
      int right = RelativePositions.bucket(n);
      assertThat(right).isEqualTo(left + RelativePositions.BUCKETS / 2);
      assertThat(left)
          .isBetween(RelativePositions.bucket(1 - n), RelativePositions.BUCKETS / 2 - 1);
      assertThat(right).isLessThan(RelativePositions.BUCKETS);
    }
  }

  @Test
  void smallDistancesHaveBucketsOfTheirOwnAndTheFarthestOne() {
    for (int n = 0; n < RelativePositions.BUCKETS / 4; n++) {
      assertThat(RelativePositions.bucket(-n)).isEqualTo(n);
    }
    int last = RelativePositions.BUCKETS / 2 - 1;
    assertThat(RelativePositions.bucket(-RelativePositions.FARTHEST)).isEqualTo(last);
    assertThat(RelativePositions.bucket(-1_000_000)).isEqualTo(last);
  }
}
