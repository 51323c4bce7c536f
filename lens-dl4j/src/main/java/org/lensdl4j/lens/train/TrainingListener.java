package org.lensdl4j.lens.train;

/** Hears what training does. Calls come one at a time and in order, from the threads that train. */
public interface TrainingListener extends Trainer.Listener<MicroReport, StepReport> {
  @Override
  default void onMicroBatch(MicroReport report) {}

  @Override
  default void onStep(StepReport report) {}

  @Override
  default void onCheckpoint(int step) {}
}
