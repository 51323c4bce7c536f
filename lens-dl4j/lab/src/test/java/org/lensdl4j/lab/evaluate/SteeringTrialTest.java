package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SteeringTrialTest {
  private static SteeringTrial trial(
      String name, double cross, double mono, double english, double repetition) {
    return new SteeringTrial(
        name, null, Map.of("zh", cross, "sw", cross), Map.of("zh", mono), english, repetition, 30);
  }

  @Test
  void theBestIsThatOfThoseThatPassTheGuard() {
    SteeringTrial untouched = trial("untouched", 0.6, 0.9, 1, 0.1);
    SteeringTrial weak = trial("weak", 0.8, 0.9, 1, 0.11);
    SteeringTrial good = trial("good", 0.9, 0.9, 1, 0.13);
    SteeringTrial loops = trial("loops", 1, 1, 1, 0.14);
    SteeringTrial foreign = trial("foreign", 1, 1, 0.9, 0.1);
    SteeringTrial same = trial("same", 0.7, 0.8, 1, 0.1);
    SteeringTrial likeGood = trial("like good", 0.9, 0.9, 1, 0.12);
    assertThat(loops.objection(untouched)).isEqualTo("repeats itself");
    assertThat(foreign.objection(untouched)).isEqualTo("central language lost");
    assertThat(same.objection(untouched)).isEqualTo("not more in the right language");
    assertThat(SteeringSearch.best(List.of(untouched, weak, loops, good, foreign, same)))
        .contains(good);
    assertThat(SteeringSearch.best(List.of(untouched, good, likeGood))).contains(likeGood);
    assertThat(SteeringSearch.best(List.of(untouched, loops, foreign, same))).isEmpty();
  }
}
