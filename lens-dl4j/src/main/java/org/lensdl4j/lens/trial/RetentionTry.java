package org.lensdl4j.lens.trial;

import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.measure.Interval;

/**
 * One weight that was tried for a {@link RetentionBudget}.
 *
 * @param config with the weight
 * @param drift relative, with its 95 % interval; null if training failed
 * @param result everything measured; null if training failed
 * @param failure why training failed; empty if it did not
 */
public record RetentionTry(LensConfig config, Interval drift, TrialResult result, String failure) {
  /** Whether the upper end of the drift's interval is within a budget. */
  public boolean meets(double budget) {
    return drift != null && drift.high() <= budget;
  }
}
