package org.lensdl4j.lab.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lens.config.LensConfig;

/**
 * Arbiter tasks that train and measure a candidate of a {@link LensCandidateSpace}. A task that
 * fails yields a failed result with its reason: if it threw, Arbiter would report it as created
 * forever.
 */
public final class LensTaskCreator implements TaskCreator {
  private final Store store;
  private final Work work;

  /** Does one candidate. */
  interface Work {
    CandidateRecord run(int index, LensConfig config);
  }

  /** Hears of what became of candidates, and remembers. */
  interface Store {
    /** What became of it earlier, or null. */
    CandidateRecord known(int index, LensConfig config);

    /** Hears of each candidate once, before Arbiter does. */
    void done(CandidateRecord candidate, OptimizationResult result);
  }

  /** Tasks without a folder. */
  public LensTaskCreator(Trials trials, CandidateScore score) {
    this(
        work(trials, score),
        new Store() {
          @Override
          public CandidateRecord known(int index, LensConfig config) {
            return null;
          }

          @Override
          public void done(CandidateRecord candidate, OptimizationResult result) {}
        });
  }

  LensTaskCreator(Work work, Store store) {
    this.work = work;
    this.store = store;
  }

  /** Trains, measures and scores. */
  static Work work(Trials trials, CandidateScore score) {
    return (index, config) -> {
      CandidateScore.Scored[] scored = new CandidateScore.Scored[1];
      TrialResult result =
          trials.run(config, (measured, weights) -> scored[0] = score.score(measured, weights));
      return new CandidateRecord(index, config, scored[0], result, null, result.seconds());
    };
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      DataProvider data,
      ScoreFunction score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    return () -> run(candidate, listeners, runner);
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      Class<? extends DataSource> data,
      Properties properties,
      ScoreFunction score,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    return () -> run(candidate, listeners, runner);
  }

  private OptimizationResult run(
      Candidate<?> candidate, List<StatusListener> listeners, IOptimizationRunner runner) {
    int index = candidate.getIndex();
    LensConfig config = (LensConfig) candidate.getValue();
    long start = System.currentTimeMillis();
    long nanos = System.nanoTime();
    CandidateRecord found = store.known(index, config);
    String trace = null;
    if (found == null) {
      tellRunning(candidate, start, listeners, runner);
      try {
        found = work.run(index, config);
      } catch (Exception | OutOfMemoryError | StackOverflowError e) {
        trace = ExceptionUtils.getStackTrace(e);
        String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        double seconds = (System.nanoTime() - nanos) / 1e9;
        found = new CandidateRecord(index, config, null, null, reason, seconds);
      }
    }
    CandidateInfo info =
        new CandidateInfo(
            index,
            found.isComplete() ? CandidateStatus.Complete : CandidateStatus.Failed,
            score(found),
            start,
            start,
            System.currentTimeMillis(),
            candidate.getFlatParameters(),
            found.isComplete() ? null : trace != null ? trace : found.error());
    OptimizationResult result =
        new OptimizationResult(candidate, info.getScore(), index, found.result(), info, null);
    save(result, runner);
    store.done(found, result);
    for (StatusListener listener : listeners) {
      listener.onCandidateStatusChange(info, runner, result);
    }
    return result;
  }

  /**
   * What Arbiter compares: of a candidate whose score is not a number nothing, as of a failed one.
   */
  private static Double score(CandidateRecord found) {
    double score = found.isComplete() ? found.scored().score() : Double.NaN;
    return Double.isNaN(score) ? null : Double.valueOf(score);
  }

  private static void tellRunning(
      Candidate<?> candidate,
      long start,
      List<StatusListener> listeners,
      IOptimizationRunner runner) {
    CandidateInfo info =
        new CandidateInfo(
            candidate.getIndex(),
            CandidateStatus.Running,
            null,
            start,
            start,
            null,
            candidate.getFlatParameters(),
            null);
    for (StatusListener listener : listeners) {
      listener.onCandidateStatusChange(info, runner, null);
    }
  }

  private static void save(OptimizationResult result, IOptimizationRunner runner) {
    ResultSaver saver = runner == null ? null : runner.getConfiguration().getResultSaver();
    if (saver != null && result.getModelSpecificResults() != null) {
      try {
        result.setResultReference(saver.saveModel(result, result.getModelSpecificResults()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
