package org.lensdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.model.testing.Browser;
import org.lensdl4j.model.testing.Prerequisite;

/** Arbiter's page of a running search in a real browser. */
@Tag("browser")
class SearchBrowserTest {
  private static final long PATIENCE_NANOS = 120_000_000_000L;
  private static final String ROWS =
      "[...document.querySelectorAll('#resultsTableBody tr')]"
          + ".map(r => [...r.children].map(c => c.textContent))";

  // The browser may still write into its profile while it ends.
  @TempDir(cleanup = CleanupMode.NEVER)
  Path folder;

  @Test
  void thePageFollowsTheSearch() throws Exception {
    UIServer server = VertxUIServer.getInstance(0, false, null);
    try (Browser browser =
            new Browser(
                Prerequisite.BROWSER.path(), Files.createDirectories(folder.resolve("profile")));
        TinySearch search = new TinySearch(folder)) {
      StatsStorage storage = new InMemoryStatsStorage();
      server.attach(storage);
      browser.size(1240, 1400);
      // Before the search: the page waits for it.
      browser.open(URI.create(server.getAddress() + "/arbiter"));
      search.start(folder.resolve("search"), 2, SearchPage.listener(storage));
      search.awaitHold();
      JsonNode running = await(browser, ROWS, rows -> rows.size() == 3);
      assertThat(texts(running, 2)).containsExactly("Complete", "Failed", "Running");
      assertThat(texts(running, 1).get(2)).isEqualTo("-");
      await(browser, "document.querySelectorAll('#statusdiv svg').length", n -> n.asInt() == 2);
      search.finish();
      // Now, and not after five seconds.
      browser.evaluate("doUpdate()");
      JsonNode all = await(browser, ROWS, SearchBrowserTest::isDone);
      assertThat(texts(all, 2)).containsExactly("Complete", "Failed", "Complete", "Complete");
      await(
          browser,
          "document.querySelector('#statusdiv').textContent",
          text -> text.asText().contains("LocalOptimizationRunner, finished"));
      charts(browser);
      selected(browser);
      assertThat(browser.complaints().stream().filter(c -> !isThePagesOwnWord(c))).isEmpty();
      assertThat(browser.requests()).allMatch(url -> url.startsWith(server.getAddress()));
    } finally {
      UIServer.stopInstance();
    }
  }

  private static boolean isDone(JsonNode rows) {
    return rows.size() == TinySearch.CANDIDATES
        && texts(rows, 2).stream().noneMatch("Running"::equals);
  }

  /** What the page's script writes each time that it asks. */
  private static boolean isThePagesOwnWord(String complaint) {
    return complaint.contains("\"type\":\"log\"") && complaint.contains("Current session: ");
  }

  private static void charts(Browser browser) {
    assertThat(
            browser.evaluate("document.querySelectorAll('#statusdiv svg circle').length").asInt())
        .isEqualTo(TinySearch.CANDIDATES - 1);
    JsonNode outside =
        browser.evaluate(
            """
            [...document.querySelectorAll('#statusdiv svg :is(circle, path.line, text)')]
              .filter(m => { const r = m.getBoundingClientRect();
                const s = m.ownerSVGElement.getBoundingClientRect();
                return !(r.width + r.height > 0) || r.left < s.left || r.right > s.right
                  || r.top < s.top || r.bottom > s.bottom; }).map(m => m.outerHTML)
            """);
    assertThat(outside).isEmpty();
  }

  private static void selected(Browser browser) throws InterruptedException {
    browser.evaluate("document.querySelector('#rTbl-0').click()");
    String view = "document.querySelector('#resultsviewdiv').textContent";
    JsonNode text = await(browser, view, t -> t.asText().contains("Model Configuration"));
    assertThat(text.asText()).contains("learningRate", "cosine to central", "within_budget");
    await(browser, "document.querySelectorAll('#resultsviewdiv svg').length", n -> n.asInt() == 1);
    browser.evaluate("document.querySelector('#rTbl-%d').click()".formatted(TinySearch.FAILING));
    // Shown as text: what stands in a message is no part of the page.
    await(browser, view, t -> t.asText().contains(TinySearch.REASON));
  }

  private static List<String> texts(JsonNode rows, int column) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.path(column).asText())
        .toList();
  }

  private static JsonNode await(Browser browser, String expression, Predicate<JsonNode> holds)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    JsonNode found = browser.evaluate(expression);
    while (!holds.test(found)) {
      assertThat(System.nanoTime()).as("%s is %s", expression, found).isLessThan(end);
      Thread.sleep(100);
      found = browser.evaluate(expression);
    }
    return found;
  }
}
