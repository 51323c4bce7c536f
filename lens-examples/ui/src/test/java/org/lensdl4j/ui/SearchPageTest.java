package org.lensdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.search.CandidateRecord;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lab.search.SearchResult;

/** A search under the UI server: what the addresses that Arbiter's page asks answer. */
class SearchPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;
  private UIServer server;

  @BeforeEach
  void serve() {
    server = VertxUIServer.getInstance(0, false, null);
  }

  @AfterEach
  void stop() throws Exception {
    UIServer.stopInstance();
  }

  @Test
  void theAddressesAnswerWhileTheSearchRunsAndAtItsEnd() throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    server.attach(storage);
    // Before there is a search the page is there, and asks in vain without an error.
    assertThat(get("/arbiter")).contains("Deeplearning4J - Arbiter UI");
    assertThat(get("/assets/dl4j-ui.js")).contains("ComponentTable");
    assertThat(json("/arbiter/lastUpdate").path("statusUpdateTime").asLong()).isZero();
    assertThat(json("/arbiter/results")).isEmpty();
    try (TinySearch search = new TinySearch(folder)) {
      search.start(folder.resolve("search"), 2, SearchPage.listener(storage));
      search.awaitHold();
      long held = whileItRuns();
      SearchResult found = search.finish();
      assertThat(json("/arbiter/lastUpdate").path("resultsUpdateTime").asLong())
          .isGreaterThan(held);
      atTheEnd(found);
    }
  }

  private long whileItRuns() throws Exception {
    assertThat(get("/arbiter/multisession")).isEqualTo("false");
    String session = json("/arbiter/sessions/current").asText();
    assertThat(json("/arbiter/sessions/all")).hasSize(1);
    assertThat(json("/arbiter/sessions/all").path(0).asText()).isEqualTo(session).isNotEmpty();
    JsonNode results = json("/arbiter/results");
    assertThat(column(results, 0)).containsExactly("0", "1", "2");
    assertThat(column(results, 2)).containsExactly("Complete", "Failed", "Running");
    assertThat(results.path(0).path(1).asDouble()).isFinite();
    assertThat(column(results, 1).subList(1, 3)).containsExactly("", "");
    JsonNode summary = json("/arbiter/summary");
    assertThat(cell(summary, "Models Completed")).isEqualTo("1");
    assertThat(cell(summary, "Models Failed")).isEqualTo("1");
    assertThat(cell(summary, "Models Queued/Running")).isEqualTo("1");
    assertThat(cell(summary, "Optimization Runner")).isEqualTo("LocalOptimizationRunner, running");
    assertThat(cell(summary, "Best Score")).isEqualTo(column(results, 1).get(0));
    JsonNode config = json("/arbiter/config");
    assertThat(cell(config, "Candidate Generator")).isEqualTo("random search, seed 7");
    assertThat(cell(config, "Target Languages")).isEqualTo("xx, yy");
    assertThat(cell(config, "Score Function")).isEqualTo("cosine times 1.0");
    assertThat(cell(config, "learningRate")).contains("min=1.0E-4", "max=0.01");
    JsonNode running = json("/arbiter/candidateInfo/2");
    assertThat(cell(running, "Status")).isEqualTo("Running");
    assertThat(cell(running, "learningRate")).isNotEmpty();
    assertThat(json("/arbiter/candidateInfo/9").toString())
        .contains("No results found for model 9");
    return json("/arbiter/lastUpdate").path("resultsUpdateTime").asLong();
  }

  private void atTheEnd(SearchResult found) throws Exception {
    JsonNode results = json("/arbiter/results");
    assertThat(column(results, 0)).containsExactly("0", "1", "2", "3");
    assertThat(column(results, 2)).containsExactly("Complete", "Failed", "Complete", "Complete");
    JsonNode summary = json("/arbiter/summary");
    CandidateRecord best = found.best().orElseThrow();
    assertThat(cell(summary, "Models Completed")).isEqualTo("3");
    assertThat(cell(summary, "Models Queued/Running")).isEqualTo("0");
    assertThat(cell(summary, "Models Total")).isEqualTo("4");
    assertThat(cell(summary, "Best Scoring Model"))
        .startsWith("Model %d, found at ".formatted(best.index()));
    assertThat(cell(summary, "Optimization Runner")).endsWith(", finished");
    assertThat(cell(summary, "Termination Condition"))
        .isEqualTo("4 candidates, or 9 candidates in a row without a score better by 0.01");
    assertThat(cell(summary, "learningRate"))
        .isEqualTo(SearchTexts.value(best.config().learningRate()));
    for (CandidateRecord c : found.complete()) {
      assertThat(column(results, 1).get(c.index()))
          .isEqualTo(SearchTexts.value(c.scored().score()));
      JsonNode info = json("/arbiter/candidateInfo/" + c.index());
      assertThat(cell(info, "learningRate"))
          .isEqualTo(SearchTexts.value(c.config().learningRate()));
      assertThat(Double.parseDouble(cell(info, "align"))).isEqualTo(c.config().align());
      assertThat(cell(info, "lambda")).isEqualTo(SearchTexts.value(c.config().lambda("xx")));
      assertThat(cell(info, "Total Number of Model Updates"))
          .isEqualTo(Integer.toString(c.result().steps().size()));
      assertThat(cell(info, "cosine to central")).isNotEmpty();
      assertThat(info.toString()).contains("Training Loss vs. Iteration", "within_budget");
    }
    assertThat(json("/arbiter/candidateInfo/" + TinySearch.FAILING).toString())
        .contains(TinySearch.REASON);
    List<JsonNode> charts = parts(summary, "title");
    assertThat(charts).hasSize(2);
    assertThat(charts.get(1).path("y").path(0)).hasSize(found.complete().size());
  }

  @Test
  void aCandidateOverBudgetHasNoScore() throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    server.attach(storage);
    SearchConfig config =
        SearchConfig.fromYaml(
            TinySearch.SEARCH
                .replace("candidates: 4", "candidates: 1")
                .replace("cosine: 1}", "cosine: 1}, budget: {drift: 1e-9}"));
    try (TinySearch search = new TinySearch(folder)) {
      search.start(folder.resolve("search"), config, 9, SearchPage.listener(storage));
      search.finish();
    }
    JsonNode row = json("/arbiter/results").path(0);
    assertThat(row.path(1).asText()).isEmpty();
    assertThat(row.path(2).asText()).isEqualTo("Complete, over budget");
    JsonNode summary = json("/arbiter/summary");
    assertThat(cell(summary, "Models Over Budget")).isEqualTo("1");
    assertThat(cell(summary, "Best Scoring Model")).isEmpty();
    assertThat(parts(summary, "title")).isEmpty();
    assertThat(cell(json("/arbiter/config"), "Score Function"))
        .isEqualTo("cosine times 1.0, drift at most 1.0E-9");
    assertThat(json("/arbiter/candidateInfo/0").toString())
        .contains("\\\"within_budget\\\" : false");
  }

  @Test
  void theLatestSessionIsShownUnlessAnotherIsChosen() throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    server.attach(storage);
    SearchPage.listener(storage);
    String first = json("/arbiter/sessions/current").asText();
    SearchPage.listener(storage);
    String second = json("/arbiter/sessions/current").asText();
    assertThat(second).isNotEqualTo(first);
    get("/arbiter/sessions/set/" + first);
    assertThat(json("/arbiter/sessions/current").asText()).isEqualTo(first);
    assertThat(ask("/arbiter/sessions/set/another").statusCode()).isEqualTo(400);
    server.detach(storage);
    assertThat(json("/arbiter/sessions/all")).isEmpty();
    assertThat(cell(json("/arbiter/summary"), "Optimization Runner")).isEqualTo("not started yet");
  }

  private static List<String> column(JsonNode rows, int column) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.path(column).asText())
        .toList();
  }

  /** What stands beside a name in any of the tables. */
  private static String cell(JsonNode component, String name) {
    for (JsonNode table : parts(component, "content")) {
      for (JsonNode row : table.path("content")) {
        if (row.path(0).asText().equals(name)) {
          return row.path(1).asText();
        }
      }
    }
    throw new AssertionError("there is no '%s' in %s".formatted(name, component));
  }

  private static List<JsonNode> parts(JsonNode component, String field) {
    List<JsonNode> out = new ArrayList<>();
    for (JsonNode parent : component.findParents(field)) {
      if (parent.hasNonNull(field)) {
        out.add(parent);
      }
    }
    return out;
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(get(path));
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    URI address = URI.create("http://localhost:" + server.getPort() + path);
    return HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }
}
