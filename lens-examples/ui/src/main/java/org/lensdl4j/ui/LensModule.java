package org.lensdl4j.ui;

import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.api.UIModule;
import org.deeplearning4j.ui.i18n.I18NResource;

/** The page's two addresses, found by the UI server through {@code META-INF/services}. */
public final class LensModule implements UIModule {
  private final List<StatsStorage> attached = new CopyOnWriteArrayList<>();

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of(LensPage.TYPE);
  }

  @Override
  public List<Route> getRoutes() {
    return List.of(
        new Route("/lens", HttpMethod.GET, (path, rc) -> send(rc, "text/html", page())),
        new Route(
            "/lens/data",
            HttpMethod.GET,
            (path, rc) -> send(rc, HttpHeaderValues.APPLICATION_JSON.toString(), steps())));
  }

  private static void send(RoutingContext rc, String type, String body) {
    rc.response().putHeader("content-type", type + "; charset=utf-8").end(body);
  }

  private static String page() {
    try (InputStream in = LensModule.class.getResourceAsStream("/org/lensdl4j/ui/lens.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the page lens.html cannot be read", e);
    }
  }

  /** All steps of the session that began last, as a JSON array. */
  private String steps() {
    List<PageUpdate> latest = List.of();
    for (StatsStorage storage : attached) {
      for (String session : storage.listSessionIDs()) {
        List<PageUpdate> own =
            storage.getAllUpdatesAfter(session, LensPage.TYPE, LensPage.WORKER, 0).stream()
                .filter(PageUpdate.class::isInstance)
                .map(PageUpdate.class::cast)
                .toList();
        if (!own.isEmpty()
            && (latest.isEmpty() || own.get(0).getTimeStamp() > latest.get(0).getTimeStamp())) {
          latest = own;
        }
      }
    }
    return latest.stream().map(PageUpdate::json).collect(Collectors.joining(",", "[", "]"));
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
