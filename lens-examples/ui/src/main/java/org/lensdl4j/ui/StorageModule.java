package org.lensdl4j.ui;

import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.api.UIModule;
import org.deeplearning4j.ui.i18n.I18NResource;

/** A page that asks the attached storages for what it shows, and is told nothing. */
abstract class StorageModule implements UIModule {
  /** The storages at the moment. */
  protected final List<StatsStorage> attached = new CopyOnWriteArrayList<>();

  static void send(RoutingContext rc, String type, String body) {
    rc.response().putHeader("content-type", type + "; charset=utf-8").end(body);
  }

  @Override
  public void reportStorageEvents(Collection<StatsStorageEvent> events) {
    // The page asks for what it shows.
  }

  @Override
  public void onAttach(StatsStorage storage) {
    attached.add(storage);
  }

  @Override
  public void onDetach(StatsStorage storage) {
    attached.remove(storage);
  }

  @Override
  public List<I18NResource> getInternationalizationResources() {
    return List.of();
  }
}
