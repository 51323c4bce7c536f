package org.lensdl4j.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.TreeMap;
import java.util.UUID;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * Posts a search to a storage. Arbiter tells of a candidate from several threads and in any order:
 * that it was created may come after that it is complete.
 */
final class SearchStatusListener implements StatusListener {
  static final String TYPE = "LensSearch";

  /** The worker of the search as a whole; candidates' are their numbers. */
  static final String WHOLE = "search";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StatsStorageRouter storage;
  private final String session = UUID.randomUUID().toString();
  private final TreeMap<Integer, ShownCandidate> candidates = new TreeMap<>();
  private ShownSearch search = ShownSearch.WAITING;
  private long last;

  SearchStatusListener(StatsStorageRouter storage) {
    this.storage = storage;
    post(search);
  }

  @Override
  public synchronized void onInitialization(IOptimizationRunner runner) {
    search = SearchTexts.of(runner, "running");
    post(search);
  }

  @Override
  public synchronized void onRunnerStatusChange(IOptimizationRunner runner) {
    // Candidates tell of themselves, and earlier.
  }

  @Override
  public synchronized void onShutdown(IOptimizationRunner runner) {
    search = SearchTexts.of(runner, "finished");
    post(search);
  }

  @Override
  public synchronized void onCandidateStatusChange(
      CandidateInfo info, IOptimizationRunner runner, OptimizationResult result) {
    ShownCandidate before = candidates.get(info.getIndex());
    if (before != null && rank(info.getCandidateStatus()) <= rank(before.status())) {
      return;
    }
    long created = before == null ? info.getCreatedTime() : before.created();
    ShownCandidate now = CandidateTexts.of(info, created, runner, result);
    candidates.put(info.getIndex(), now);
    storage.putUpdate(update(Integer.toString(now.index()), now));
  }

  private static int rank(CandidateStatus status) {
    return switch (status) {
      case Created -> 0;
      case Running -> 1;
      case Cancelled, Complete, Failed -> 2;
    };
  }

  @Override
  public void onCandidateIteration(CandidateInfo info, Object candidate, int iteration) {}

  private void post(ShownSearch what) {
    PageUpdate update = update(WHOLE, what);
    // A storage lists only sessions that have static information.
    storage.putStaticInfo(update);
    storage.putUpdate(update);
  }

  private PageUpdate update(String worker, Object what) {
    // A storage keeps one update of a millisecond, and the page notices a new time only.
    last = Math.max(last + 1, System.currentTimeMillis());
    return new PageUpdate(session, TYPE, worker, last, json(what));
  }

  private static String json(Object what) {
    try {
      return JSON.writeValueAsString(what);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a search's status cannot be written as JSON", e);
    }
  }
}
