package org.lensdl4j.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.lensdl4j.lens.nn.LensTermListener;

/**
 * What the page shows.
 *
 * <pre>{@code
 * StatsStorage storage = new InMemoryStatsStorage();
 * UIServer.getInstance().attach(storage);
 * graph.setListeners(new StatsListener(storage, 1), LensPage.listener(storage));
 * graph.fit(data, epochs); // http://localhost:9000/lens
 * }</pre>
 */
public final class LensPage {
  static final String TYPE = "LensTerms";
  static final String WORKER = "lens";

  private LensPage() {}

  /** A listener that posts every step to a storage that the UI server is attached to. */
  public static LensTermListener listener(StatsStorageRouter storage) {
    ObjectMapper json = new ObjectMapper();
    // A storage keeps one update of a millisecond.
    AtomicLong last = new AtomicLong();
    String session = UUID.randomUUID().toString();
    // A storage lists only sessions that have static information.
    storage.putStaticInfo(new PageUpdate(session, TYPE, WORKER, System.currentTimeMillis(), "{}"));
    return new LensTermListener(
        report -> {
          try {
            long time =
                last.updateAndGet(before -> Math.max(before + 1, System.currentTimeMillis()));
            storage.putUpdate(
                new PageUpdate(session, TYPE, WORKER, time, json.writeValueAsString(report)));
          } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of numbers cannot be written as JSON", e);
          }
        });
  }
}
