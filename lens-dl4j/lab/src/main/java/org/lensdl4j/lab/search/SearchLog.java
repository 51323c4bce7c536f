package org.lensdl4j.lab.search;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.lensdl4j.lens.config.LensConfig;

/** The candidates of a running search: in memory, in its folder, and told to listeners. */
final class SearchLog implements LensTaskCreator.Store {
  private final SearchFolder folder;
  private final LensCandidateGenerator generator;
  private final SearchListener listener;
  private final Runnable changed;
  private final int most;
  private final SortedMap<Integer, CandidateRecord> done = new TreeMap<>();

  /**
   * @param changed is run after each new candidate is in the folder
   */
  SearchLog(
      SearchFolder folder,
      LensCandidateGenerator generator,
      SearchListener listener,
      int most,
      Runnable changed) {
    this.folder = folder;
    this.generator = generator;
    this.listener = listener;
    this.most = most;
    this.changed = changed;
  }

  @Override
  public CandidateRecord known(int index, LensConfig config) {
    return folder
        .load(index)
        .filter(c -> c.config().fingerprint().equals(config.fingerprint()))
        .orElse(null);
  }

  @Override
  public synchronized void done(CandidateRecord candidate, OptimizationResult result) {
    boolean again = known(candidate.index(), candidate.config()) != null;
    if (!again) {
      folder.save(candidate);
    }
    done.put(candidate.index(), candidate);
    if (!again) {
      changed.run();
    }
    listener.onCandidate(candidate, again, done.size(), most);
    generator.reportResults(result);
  }

  synchronized List<CandidateRecord> candidates() {
    return new ArrayList<>(done.values());
  }

  /**
   * Those that have no gap before them: what a decision may be based on, in whatever order
   * candidates finish.
   */
  synchronized List<CandidateRecord> withoutGaps() {
    List<CandidateRecord> out = new ArrayList<>();
    for (CandidateRecord c : done.values()) {
      if (c.index() != out.size()) {
        break;
      }
      out.add(c);
    }
    return out;
  }
}
