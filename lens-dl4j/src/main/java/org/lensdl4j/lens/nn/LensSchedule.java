package org.lensdl4j.lens.nn;

import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.train.LearningRate;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The learning rate of a Lens run as Deeplearning4j's schedule: linear warm-up from 0, then cosine,
 * linear or constant, by iteration.
 */
final class LensSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  /** ND4J's Adam replaces a rate of 0 by its epsilon. */
  private static final double NOTHING = 1e-30;

  @JsonProperty private final double highest;
  @JsonProperty private final Schedule schedule;
  @JsonProperty private final int steps;
  @JsonProperty private final double warmupRatio;

  /**
   * A schedule.
   *
   * @param highest the rate after the warm-up
   * @param steps iterations of the whole run; afterwards the rate stays what it is
   * @param warmupRatio part of all steps in which the rate rises from 0, in [0, 1)
   */
  @JsonCreator
  public LensSchedule(
      @JsonProperty("highest") double highest,
      @JsonProperty("schedule") Schedule schedule,
      @JsonProperty("steps") int steps,
      @JsonProperty("warmupRatio") double warmupRatio) {
    this.highest = highest;
    this.schedule = schedule;
    this.steps = steps;
    this.warmupRatio = warmupRatio;
  }

  /** The schedule of a run's settings. */
  public static LensSchedule of(LensConfig config, int steps) {
    return new LensSchedule(config.learningRate(), config.schedule(), steps, config.warmupRatio());
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    double rate =
        new LearningRate(highest, schedule, steps, warmupRatio)
            .at(Math.min(iteration, Math.max(0, steps - 1)));
    return Math.max(rate, NOTHING);
  }

  @Override
  public ISchedule clone() {
    return new LensSchedule(highest, schedule, steps, warmupRatio);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LensSchedule o
        && highest == o.highest
        && schedule == o.schedule
        && steps == o.steps
        && warmupRatio == o.warmupRatio;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(highest) + 31 * steps;
  }
}
