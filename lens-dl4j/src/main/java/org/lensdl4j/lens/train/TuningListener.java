package org.lensdl4j.lens.train;

/** Is told what instruction tuning does. Calls come one at a time and in order. */
@FunctionalInterface
public interface TuningListener {
  /** An optimiser step is done. */
  void onStep(TuningStep step);
}
