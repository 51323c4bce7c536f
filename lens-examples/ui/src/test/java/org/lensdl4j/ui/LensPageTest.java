package org.lensdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training under Deeplearning4j's UI: what is in the storage, and what the server serves. */
class LensPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PORT = "org.deeplearning4j.ui.port";
  @TempDir Path folder;

  @Test
  void theStorageHoldsTheTermsOfEveryStepBesideDeeplearning4jsOwnStatistics() throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    TinyTraining.run(folder, new StatsListener(storage, 1), LensPage.listener(storage));
    List<Persistable> lens = updates(storage, LensPage.TYPE);
    assertThat(lens).hasSize(TinyTraining.STEPS);
    for (int i = 0; i < lens.size(); i++) {
      assertStep(JSON.readTree(((PageUpdate) lens.get(i)).json()), i);
    }
    List<Persistable> own = updates(storage, StatsListener.TYPE_ID);
    assertThat(own).hasSize(TinyTraining.STEPS);
    for (int i = 0; i < own.size(); i++) {
      StatsReport report = (StatsReport) own.get(i);
      JsonNode terms = JSON.readTree(((PageUpdate) lens.get(i)).json());
      assertThat(report.getIterationCount()).isEqualTo(i);
      assertThat(report.getScore())
          .isCloseTo(terms.path("loss").asDouble(), org.assertj.core.api.Assertions.within(1e-4));
    }
    // Deeplearning4j draws the update ratios of parameters whose names end in w.
    StatsReport last = (StatsReport) own.get(own.size() - 1);
    var sizes = last.getMeanMagnitudes(StatsType.Parameters);
    var updates = last.getMeanMagnitudes(StatsType.Updates);
    assertThat(sizes.keySet()).anyMatch(n -> n.endsWith("q-proj.W"));
    sizes.forEach(
        (name, size) -> {
          if (name.endsWith("W")) {
            assertThat(updates.get(name) / size).as(name).isPositive().isLessThan(1);
          }
        });
  }

  private static void assertStep(JsonNode step, int iteration) {
    assertThat(step.path("iteration").asInt()).isEqualTo(iteration);
    assertThat(step.path("loss").asDouble()).isPositive();
    assertThat(step.path("retain").isNumber()).isTrue();
    for (String term : List.of("align", "separate")) {
      assertThat(step.path(term).fieldNames()).toIterable().containsExactly("xx", "yy");
    }
    for (String energy : List.of("specificEnergy", "agnosticEnergy")) {
      JsonNode values = step.path(energy);
      assertThat(values.fieldNames()).toIterable().containsExactly("en", "xx", "yy");
      values.forEach(v -> assertThat(v.asDouble()).isBetween(0.0, 1.0));
    }
  }

  private static List<Persistable> updates(StatsStorage storage, String type) {
    return storage.listSessionIDs().stream()
        .flatMap(
            s ->
                storage.listWorkerIDsForSessionAndType(s, type).stream()
                    .flatMap(w -> storage.getAllUpdatesAfter(s, type, w, 0).stream()))
        .toList();
  }

  @Test
  void theServerShowsThem() throws Exception {
    String before = System.getProperty(PORT);
    System.setProperty(PORT, Integer.toString(freePort()));
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer server = UIServer.getInstance();
    try {
      server.attach(storage);
      TinyTraining.run(folder, new StatsListener(storage, 1), LensPage.listener(storage));
      String address = "http://localhost:" + server.getPort();
      assertThat(get(address + "/lens"))
          .contains("<title>Lens training</title>", "Alignment", "Separation", "Retention");
      JsonNode steps = JSON.readTree(get(address + "/lens/data"));
      assertThat(steps).hasSize(TinyTraining.STEPS);
      for (int i = 0; i < steps.size(); i++) {
        assertStep(steps.get(i), i);
      }
      assertThat(get(address + "/train/overview")).contains("Overview");
      JsonNode overview = JSON.readTree(get(address + "/train/overview/data"));
      assertThat(overview.path("scores")).hasSize(TinyTraining.STEPS);
      assertThat(overview.path("updateRatios").fieldNames())
          .toIterable()
          .anyMatch(n -> n.endsWith("mlp.up-proj.W"));
    } finally {
      server.detach(storage);
      UIServer.stopInstance();
      if (before == null) {
        System.clearProperty(PORT);
      } else {
        System.setProperty(PORT, before);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String get(String address) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(address)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(address).isEqualTo(200);
    return answer.body();
  }

  @Test
  void argumentsThatAreNoNumbersGetTheUsage() {
    assertThat(TrainingUi.number(new String[] {"3"}, 0, 8)).isEqualTo(3);
    assertThat(TrainingUi.number(new String[] {"3"}, 1, 8)).isEqualTo(8);
    for (String wrong : List.of("many", "0", "-1", "1.5")) {
      assertThatThrownBy(() -> TrainingUi.number(new String[] {wrong}, 0, 8))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong);
    }
  }
}
