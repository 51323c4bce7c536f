package org.lensdl4j.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.ui.api.HttpMethod;
import org.deeplearning4j.ui.api.Route;

/**
 * Arbiter's page and the addresses that it asks, found by the UI server through {@code
 * META-INF/services}. docs/adr/0014 says why this is not Arbiter's own module.
 */
public final class SearchModule extends StorageModule {
  private static final ObjectMapper JSON = new ObjectMapper();

  private volatile String chosen = "";

  /** A search at the moment of asking. */
  private record Found(ShownSearch search, List<ShownCandidate> candidates, long time) {}

  @Override
  public List<String> getCallbackTypeIDs() {
    return List.of(SearchStatusListener.TYPE);
  }

  @Override
  public List<Route> getRoutes() {
    return List.of(
        new Route(
            "/arbiter",
            HttpMethod.GET,
            (path, rc) ->
                rc.response()
                    .putHeader("content-type", "text/html; charset=utf-8")
                    .sendFile("templates/ArbiterUI.html")),
        // Browsers ask for it, and the server has none.
        new Route(
            "/favicon.ico", HttpMethod.GET, (path, rc) -> rc.response().setStatusCode(204).end()),
        new Route(
            "/arbiter/multisession", HttpMethod.GET, (path, rc) -> rc.response().end("false")),
        answer("/arbiter/lastUpdate", (found, path) -> times(found.time())),
        answer(
            "/arbiter/summary",
            (found, path) -> SearchView.summary(found.search, found.candidates)),
        answer("/arbiter/config", (found, path) -> SearchView.settings(found.search)),
        answer("/arbiter/results", (found, path) -> results(found.candidates)),
        answer("/arbiter/candidateInfo/:id", (found, path) -> candidate(found, path.get(0))),
        answer("/arbiter/sessions/all", (found, path) -> sessions()),
        answer("/arbiter/sessions/current", (found, path) -> current()),
        new Route(
            "/arbiter/sessions/set/:to", HttpMethod.GET, (path, rc) -> choose(path.get(0), rc)));
  }

  private Route answer(String address, BiFunction<Found, List<String>, Object> answer) {
    return new Route(
        address,
        HttpMethod.GET,
        (path, rc) -> send(rc, "application/json", json(answer.apply(find(), path))));
  }

  private static String json(Object answer) {
    try {
      return JsonMappers.getMapper().writeValueAsString(answer);
    } catch (org.nd4j.shade.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a part of the page cannot be written as JSON", e);
    }
  }

  private static Map<String, Long> times(long time) {
    return Map.of("statusUpdateTime", time, "settingsUpdateTime", time, "resultsUpdateTime", time);
  }

  private static List<List<String>> results(List<ShownCandidate> candidates) {
    return candidates.stream()
        .map(
            c ->
                List.of(
                    Integer.toString(c.index()),
                    c.score() == null ? "" : SearchTexts.value(c.score()),
                    c.overBudget() ? "Complete, over budget" : c.status().toString()))
        .toList();
  }

  private static Object candidate(Found found, String id) {
    return found.candidates.stream()
        .filter(c -> Integer.toString(c.index()).equals(id))
        .findFirst()
        .<Object>map(c -> SearchView.candidate(found.search, c))
        .orElseGet(() -> SearchView.nothing(id));
  }

  /** Sessions, the one that began last at the end. */
  private List<String> sessions() {
    return attached.stream()
        .flatMap(storage -> storage.listSessionIDs().stream().map(s -> Map.entry(storage, s)))
        .filter(e -> isSearch(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(e -> began(e.getKey(), e.getValue())))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static boolean isSearch(StatsStorage storage, String session) {
    return storage.listTypeIDsForSession(session).contains(SearchStatusListener.TYPE);
  }

  private static long began(StatsStorage storage, String session) {
    long[] times =
        storage.getAllUpdateTimes(session, SearchStatusListener.TYPE, SearchStatusListener.WHOLE);
    return times.length == 0 ? 0 : times[0];
  }

  private String current() {
    List<String> sessions = sessions();
    String wanted = chosen;
    return sessions.isEmpty() || sessions.contains(wanted)
        ? wanted
        : sessions.get(sessions.size() - 1);
  }

  private void choose(String session, RoutingContext rc) {
    if (sessions().contains(session)) {
      chosen = session;
      rc.response().end();
    } else {
      rc.response().setStatusCode(400).end("Unknown session ID");
    }
  }

  private Found find() {
    String session = current();
    List<Persistable> updates =
        attached.stream()
            .filter(storage -> storage.sessionExists(session))
            .findFirst()
            .map(s -> s.getLatestUpdateAllWorkers(session, SearchStatusListener.TYPE))
            .orElse(List.of());
    Map<Boolean, List<PageUpdate>> byKind =
        updates.stream()
            .filter(PageUpdate.class::isInstance)
            .map(PageUpdate.class::cast)
            .collect(
                Collectors.partitioningBy(u -> u.getWorkerID().equals(SearchStatusListener.WHOLE)));
    ShownSearch search =
        byKind.get(true).isEmpty()
            ? ShownSearch.WAITING
            : read(byKind.get(true).get(0), ShownSearch.class);
    List<ShownCandidate> candidates =
        byKind.get(false).stream()
            .map(u -> read(u, ShownCandidate.class))
            .sorted(Comparator.comparing(ShownCandidate::index))
            .toList();
    long time = updates.stream().mapToLong(Persistable::getTimeStamp).max().orElse(0);
    return new Found(search, candidates, time);
  }

  private static <T> T read(PageUpdate update, Class<T> type) {
    try {
      return JSON.readValue(update.json(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an update of a search cannot be read", e);
    }
  }
}
