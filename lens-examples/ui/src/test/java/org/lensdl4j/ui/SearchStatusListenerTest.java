package org.lensdl4j.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.api.Component;
import org.deeplearning4j.ui.components.chart.ChartLine;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.search.LensScoreFunction;
import org.lensdl4j.lab.search.LensTaskCreator;

/** What is posted when an Arbiter search of one's own tells its listener this and that. */
class SearchStatusListenerTest {
  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private LocalOptimizationRunner runner;

  @BeforeEach
  void configure() {
    // A space that is none of ours, and without a name.
    OptimizationConfiguration config =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(
                new RandomSearchGenerator(new ContinuousParameterSpace(0, 2), Map.of(), false))
            .scoreFunction(new LensScoreFunction())
            .terminationConditions(new MaxCandidatesCondition(3))
            .build();
    runner = new LocalOptimizationRunner(config, new LensTaskCreator(null, null));
  }

  @Test
  void whatIsTooLateChangesNothing() throws IOException {
    SearchStatusListener listener = new SearchStatusListener(storage);
    listener.onInitialization(runner);
    long before = latest();
    listener.onCandidateStatusChange(info(0, CandidateStatus.Running, null), runner, null);
    listener.onCandidateStatusChange(info(0, CandidateStatus.Created, null), runner, null);
    assertThat(shown(0).path("status").asText()).isEqualTo("Running");
    listener.onCandidateStatusChange(info(0, CandidateStatus.Complete, 0.5), runner, null);
    long complete = latest();
    assertThat(complete).isGreaterThan(before);
    listener.onCandidateStatusChange(info(0, CandidateStatus.Running, null), runner, null);
    assertThat(shown(0).path("status").asText()).isEqualTo("Complete");
    assertThat(shown(0).path("score").asDouble()).isEqualTo(0.5);
    assertThat(shown(0).path("parameters").path("value").asText()).isEqualTo("0.25");
    assertThat(latest()).isEqualTo(complete);
    listener.onShutdown(runner);
    assertThat(latest()).isGreaterThan(complete);
  }

  /** The page looks for changes by time, and a storage keeps one update of a millisecond. */
  @Test
  void eachChangeHasATimeOfItsOwn() {
    SearchStatusListener listener = new SearchStatusListener(storage);
    for (int i = 0; i < 50; i++) {
      long before = latest();
      listener.onCandidateStatusChange(info(i, CandidateStatus.Created, null), runner, null);
      assertThat(latest()).isGreaterThan(before);
    }
  }

  @Test
  void chartsHaveAFiniteRangeWhateverTheScores() {
    for (double[] scores :
        List.of(
            new double[] {-0.2},
            new double[] {0},
            new double[] {-0.2, -0.2},
            new double[] {-1, 3, 2})) {
      ShownSearch search = SearchTexts.of(runner, "running");
      List<ShownCandidate> candidates = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        candidates.add(
            CandidateTexts.of(info(i, CandidateStatus.Complete, scores[i]), 0, runner, null));
      }
      candidates.add(
          CandidateTexts.of(info(9, CandidateStatus.Complete, Double.NaN), 0, runner, null));
      List<Component> charts = SearchCharts.scores(search, candidates);
      ChartLine best = (ChartLine) charts.get(0);
      double[] line = best.getY().get(0);
      assertThat(best.getSetYMin()).isFinite().isLessThan(Arrays.stream(line).min().getAsDouble());
      assertThat(best.getSetYMax())
          .isFinite()
          .isGreaterThan(Arrays.stream(line).max().getAsDouble());
      assertThat(best.getSetXMax()).isGreaterThan(best.getSetXMin());
      assertThat(line).isSorted();
      assertThat(line[line.length - 1])
          .isEqualTo(SearchView.best(search, candidates).orElseThrow().score())
          .isEqualTo(Arrays.stream(scores).max().getAsDouble());
    }
  }

  private static CandidateInfo info(int index, CandidateStatus status, Double score) {
    Long end = status == CandidateStatus.Complete ? 60_000L * (index + 1) : null;
    return new CandidateInfo(index, status, score, 0, 0L, end, new double[] {0.125}, null);
  }

  private long latest() {
    return storage.getLatestUpdateAllWorkers(session(), SearchStatusListener.TYPE).stream()
        .mapToLong(Persistable::getTimeStamp)
        .max()
        .orElse(0);
  }

  private JsonNode shown(int index) throws IOException {
    Persistable update =
        storage.getLatestUpdate(session(), SearchStatusListener.TYPE, Integer.toString(index));
    return new ObjectMapper().readTree(((PageUpdate) update).json());
  }

  private String session() {
    return storage.listSessionIDs().get(0);
  }
}
