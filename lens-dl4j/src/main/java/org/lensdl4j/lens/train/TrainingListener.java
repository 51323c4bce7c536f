package org.lensdl4j.lens.train;

/** Is told what training does. Calls come one at a time and in order, from the training threads. */
public interface TrainingListener {

  /** A micro-batch's gradients have been added up. */
  default void onMicroBatch(MicroReport report) {}

  /** An optimiser step is done. */
  default void onStep(StepReport report) {}

  /** A checkpoint is on disk. */
  default void onCheckpoint(int step) {}
}
