package org.lensdl4j.ui;

import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * Arbiter's page of a running search.
 *
 * <pre>{@code
 * StatsStorage storage = new InMemoryStatsStorage();
 * UIServer.getInstance().attach(storage);
 * LensSearch.of(trials, config)
 *     .setArbiterListeners(SearchPage.listener(storage)) // http://localhost:9000/arbiter
 *     .run(folder);
 * }</pre>
 */
public final class SearchPage {
  private SearchPage() {}

  /**
   * A listener that posts a search to a storage that the UI server is attached to. One listener
   * hears of one search: of {@link org.lensdl4j.lab.search.LensSearch}, or of any runner of
   * Arbiter's, whatever its spaces.
   */
  public static StatusListener listener(StatsStorageRouter storage) {
    return new SearchStatusListener(storage);
  }
}
