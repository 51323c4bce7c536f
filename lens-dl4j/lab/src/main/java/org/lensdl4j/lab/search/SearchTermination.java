package org.lensdl4j.lab.search;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/**
 * When a search ends: all candidates are done (Arbiter alone would wait forever for another one),
 * its time is up, or its score has stopped improving.
 */
final class SearchTermination implements TerminationCondition {
  private final SearchConfig config;
  private final LensCandidateGenerator generator;
  private final SearchLog log;
  private final double secondsBefore;
  private final long start = System.nanoTime();
  private String reason;

  /**
   * @param secondsBefore wall time before an interruption
   */
  SearchTermination(
      SearchConfig config, LensCandidateGenerator generator, SearchLog log, double secondsBefore) {
    this.config = config;
    this.generator = generator;
    this.log = log;
    this.secondsBefore = secondsBefore;
  }

  @Override
  public void initialize(IOptimizationRunner runner) {}

  @Override
  public boolean terminate(IOptimizationRunner runner) {
    if (reason == null) {
      if (isPlateau(log.withoutGaps())) {
        reason = "plateau";
      } else if (isOver() && !log.candidates().isEmpty()) {
        reason = "minutes";
      } else if (!generator.hasMoreCandidates()
          && generator.isExhausted()
          && runner.numCandidatesQueued() == 0) {
        int most = config.generator().candidates();
        reason = most > 0 && log.candidates().size() >= most ? "candidates" : "exhausted";
      }
    }
    return reason != null;
  }

  private boolean isOver() {
    return config.minutes() > 0 && seconds() > 60 * config.minutes();
  }

  private boolean isPlateau(List<CandidateRecord> candidates) {
    int patience = config.plateau().candidates();
    double best = Double.NEGATIVE_INFINITY;
    int since = 0;
    for (CandidateRecord c : candidates) {
      if (!c.isComplete()) {
        continue;
      }
      double score = c.scored().score();
      boolean first = best == Double.NEGATIVE_INFINITY && !Double.isNaN(score);
      if (score > best + config.plateau().gain() || first) {
        best = Math.max(best, score);
        since = 0;
      } else if (++since >= patience && patience > 0) {
        return true;
      }
    }
    return false;
  }

  double seconds() {
    return secondsBefore + (System.nanoTime() - start) / 1e9;
  }

  String reason() {
    return reason;
  }

  @Override
  public String toString() {
    int most = config.generator().candidates();
    StringJoiner out = new StringJoiner(", or ");
    out.add(most > 0 ? most + " candidates" : "no candidate left");
    if (config.minutes() > 0) {
      out.add(config.minutes() + " minutes");
    }
    if (config.plateau().candidates() > 0) {
      out.add(
          String.format(
              Locale.ROOT,
              "%d candidates in a row without a score better by %s",
              config.plateau().candidates(),
              config.plateau().gain()));
    }
    return out.toString();
  }
}
