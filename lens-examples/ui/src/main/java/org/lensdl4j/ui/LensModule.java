package org.lensdl4j.ui;

import io.netty.handler.codec.http.HttpHeaderValues;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;

/** The page's two addresses, found by the UI server through {@code META-INF/services}. */
public final class LensModule extends StorageModule {
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
}
