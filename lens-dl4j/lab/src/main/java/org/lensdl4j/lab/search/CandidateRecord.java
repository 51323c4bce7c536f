package org.lensdl4j.lab.search;

import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lens.config.LensConfig;

/**
 * The outcome of one candidate.
 *
 * @param index its number, from 0
 * @param config its configuration
 * @param scored its verdict, or null if it failed
 * @param result its measures, or null if it failed
 * @param error why it failed, or null
 * @param seconds wall time
 */
public record CandidateRecord(
    int index,
    LensConfig config,
    CandidateScore.Scored scored,
    TrialResult result,
    String error,
    double seconds) {
  /** Whether it was trained and measured. */
  public boolean isComplete() {
    return scored != null;
  }
}
