package org.lensdl4j.lens.train;

/** Hears what training does. Calls come from the training thread, in order. */
public interface TrainingListener {

  /** A micro-batch's gradients have been added up. */
  default void onMicroBatch(MicroReport report) {}

  /** An optimiser step is done. */
  default void onStep(StepReport report) {}

  /** A checkpoint is on disk. */
  default void onCheckpoint(int step) {}
}
