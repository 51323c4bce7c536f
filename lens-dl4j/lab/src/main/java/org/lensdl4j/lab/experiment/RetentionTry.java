package org.lensdl4j.lab.experiment;

import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lens.config.LensConfig;

/**
 * Weights that were tried for a {@link RetentionBudget}.
 *
 * @param config with the weights
 * @param scale what the levers of {@link RetentionBudget#then} were multiplied by; 1 while only
 *     {@code retain} was raised
 * @param drift relative, with its 95 % interval; null if training failed
 * @param result everything measured; null if training failed
 * @param failure why training failed; empty if it did not
 */
public record RetentionTry(
    LensConfig config, double scale, Interval drift, TrialResult result, String failure) {
  /** Whether the upper end of the drift's interval is within a budget. */
  public boolean meets(double budget) {
    return drift != null && drift.high() <= budget;
  }
}
