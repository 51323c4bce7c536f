package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.states.TopStates;

/** What training holds is not used after closing, nor by two at once. */
class ClosedTrainingTest {
  @TempDir Path folder;

  @Test
  void refusesUseAfterClosing() {
    LensConfig config = TinyJob.config().build();
    try (TinyJob tiny = new TinyJob(folder, 3);
        TopStates states = tiny.states(config)) {
      LensTrainer trainer = new LensTrainer(tiny.model, tiny.space, config, states);
      TrainedWeights trained = trainer.trained(tiny.model);
      assertThat(trained.arrays()).isNotEmpty();
      for (AutoCloseable open : new AutoCloseable[] {trainer, trained, trainer, trained}) {
        closed(open);
      }
      refused("this trainer", trainer::fit);
      refused("this trainer", trainer::weights);
      refused("this trainer", () -> trainer.trained(tiny.model));
      refused("this set of trained weights", trained::arrays);
      refused("this set of trained weights", () -> trained.over(tiny.model));
    }
  }

  @Test
  void refusesToTrainTwiceAtOnce() {
    LensConfig config = TinyJob.config().build();
    try (TinyJob tiny = new TinyJob(folder, 3);
        TopStates states = tiny.states(config);
        LensTrainer trainer = new LensTrainer(tiny.model, tiny.space, config, states)) {
      trainer.setListeners(
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              assertThat(trainer.weights()).isNotEmpty();
              trainer.fit();
            }
          });
      assertThatThrownBy(trainer::fit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("this trainer is in use");
    }
  }

  private static void closed(AutoCloseable open) {
    try {
      open.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(String what, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(what + " has been closed");
  }
}
