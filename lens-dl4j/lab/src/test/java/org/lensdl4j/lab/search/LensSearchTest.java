package org.lensdl4j.lab.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.TinyTrials;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.report.Report;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.base.LensException;

/** Whole searches on a tiny model: scored, ended, interrupted, resumed, confirmed. */
class LensSearchTest {
  private static final String SPACE =
      """
      base: {minTexts: 1, epochs: 1, topLayers: 1, batchSize: 3, accumulation: 1}
      score: {gain: {cosine: 1}, budget: {drift: 0.5}}
      space:
        learningRate: {low: 1e-4, high: 1e-2, scale: log}
        align: {low: 0.5, high: 2, off: true}
        lambda: [0.5, 1]
      """;

  @TempDir Path folder;
  private TinyJob tiny;
  private Trials trials;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, 6);
    trials =
        TinyTrials.of(tiny, folder.resolve("cache"))
            .holdOut(tiny.corpus)
            .bitsPerByte(false)
            .threads(1)
            .build();
  }

  @AfterEach
  void close() {
    trials.close();
    tiny.close();
  }

  private static SearchConfig config(String head) {
    return SearchConfig.fromYaml(head + "\n" + SPACE);
  }

  @Test
  void aSearchIsScoredConfirmedAndWritten() throws IOException {
    Path out = folder.resolve("search");
    List<Integer> heard = new ArrayList<>();
    SearchResult found =
        LensSearch.of(trials, config("candidates: 5"))
            .parallel(2)
            .setListeners((c, again, done, most) -> heard.add(c.index()))
            .run(out);
    assertThat(found.candidates()).hasSize(5);
    assertThat(found.finished()).isEqualTo("candidates");
    assertThat(heard).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    CandidateRecord best = found.best().orElseThrow();
    for (CandidateRecord c : found.complete()) {
      assertThat(c.scored().score()).isLessThanOrEqualTo(best.scored().score());
      assertThat(c.scored()).isEqualTo(found.config().score().score(c.result()));
    }
    // Held out are the same texts here: the winner's run folder is the candidate, bit for bit.
    assertThat(found.winner().heldOutScore().gain()).isCloseTo(best.scored().gain(), within(1e-12));
    LensResult run = LensResult.open(found.winner().run(), tiny.model);
    assertThat(run.config()).isEqualTo(best.config());
    JsonNode json = new ObjectMapper().readTree(out.resolve("search.json").toFile());
    assertThat(json.path("candidates")).hasSize(5);
    assertThat(json.path("best").asInt()).isEqualTo(best.index());
    assertThat(json.path("best_so_far")).hasSize(5);
    assertThat(json.path("pareto")).isNotEmpty();
    assertThat(json.path("importance")).hasSize(3);
    assertThat(json.path("winner").path("held_out").path("low").isNumber()).isTrue();
    assertThat(json.path("winner").path("gap").asDouble()).isCloseTo(0, within(1e-12));
    assertThat(json.path("candidates").path(0).path("parameters").path("lambda").isNumber())
        .isTrue();
    assertThat(found.stats()).contains("winner: candidate", "flatters by", "learningRate=");
    assertThat(SearchConfig.read(out.resolve("search.yaml")).toJson())
        .isEqualTo(found.config().toJson());
  }

  /** Stops as a process does that is killed, in the middle of a candidate. */
  @Test
  void anInterruptedSearchGoesOnWithoutRepeatingACandidate() throws IOException {
    for (String generator : List.of("random", "genetic")) {
      String head = "generator: %s\ncandidates: 7\nparallel: 2".formatted(generator);
      SearchResult whole =
          LensSearch.of(trials, config(head)).run(folder.resolve("whole-" + generator));
      Path broken = folder.resolve("broken-" + generator);
      LensSearch.of(trials, config(head)).run(broken);
      // What is there after a crash: some candidates, not in order, no winner.
      for (int index : List.of(2, 5, 6)) {
        Files.delete(broken.resolve("candidates/%04d.json".formatted(index)));
      }
      List<Integer> again = new ArrayList<>();
      List<Integer> trained = new ArrayList<>();
      SearchResult found =
          LensSearch.of(trials, config(head))
              .resume(true)
              .setListeners((c, known, done, most) -> (known ? again : trained).add(c.index()))
              .run(broken);
      assertThat(again).containsExactlyInAnyOrder(0, 1, 3, 4);
      assertThat(trained).containsExactlyInAnyOrder(2, 5, 6);
      assertThat(found.candidates())
          .extracting(CandidateRecord::config)
          .isEqualTo(whole.candidates().stream().map(CandidateRecord::config).toList());
      assertThat(found.candidates())
          .extracting(c -> c.scored().score())
          .isEqualTo(whole.candidates().stream().map(c -> c.scored().score()).toList());
    }
  }

  @Test
  void moreCandidatesLaterAreTheSameSearch() {
    Path out = folder.resolve("search");
    SearchResult three = LensSearch.of(trials, config("candidates: 3")).run(out);
    assertThatThrownBy(() -> LensSearch.of(trials, config("candidates: 3")).run(out))
        .hasMessageContaining("holds a search");
    SearchResult five = LensSearch.of(trials, config("candidates: 5")).resume(true).run(out);
    assertThat(five.candidates().subList(0, 3))
        .extracting(CandidateRecord::config)
        .isEqualTo(three.candidates().stream().map(CandidateRecord::config).toList());
    assertThatThrownBy(() -> LensSearch.of(trials, config("seed: 3")).resume(true).run(out))
        .hasMessageContaining("holds a search with another search");
  }

  @Test
  void failedCandidatesAreReportedAndTheRestGoesOn() {
    SearchConfig config = config("candidates: 6\nparallel: 2");
    SearchResult found =
        LensSearch.of(trials, config)
            .score(
                (result, weights) -> {
                  if (result.config().align() == 0) {
                    throw new IllegalStateException("no evaluator for this one");
                  }
                  assertThat(weights.arrays()).isNotEmpty();
                  return config.score().score(result);
                })
            .run(folder.resolve("search"));
    assertThat(found.candidates()).hasSize(6);
    assertThat(found.failed()).isNotEmpty().allMatch(c -> c.config().align() == 0);
    assertThat(found.complete()).isNotEmpty();
    assertThat(found.stats()).contains("no evaluator for this one");
    assertThatThrownBy(
            () ->
                LensSearch.of(trials, config)
                    .score(
                        (result, weights) -> {
                          throw new LensException("never");
                        })
                    .run(folder.resolve("none")))
        .hasMessage("all 6 candidates failed, the first with: never");
  }

  @Test
  void endsByTimeAndByPlateau() {
    SearchResult slow =
        LensSearch.of(trials, config("candidates: 50\nminutes: 0.0001"))
            .run(folder.resolve("slow"));
    assertThat(slow.finished()).isEqualTo("minutes");
    assertThat(slow.candidates()).hasSizeBetween(1, 3);
    SearchResult flat =
        LensSearch.of(trials, config("candidates: 50\nplateau: {candidates: 2, gain: 9}"))
            .run(folder.resolve("flat"));
    assertThat(flat.finished()).isEqualTo("plateau");
    assertThat(flat.candidates()).hasSizeBetween(3, 5);
  }

  @Test
  void overBudgetNeverWins() {
    SearchConfig config =
        SearchConfig.fromYaml(
            "candidates: 4\n" + SPACE.replace("budget: {drift: 0.5}", "budget: {drift: 1e-9}"));
    SearchResult found = LensSearch.of(trials, config).run(folder.resolve("search"));
    assertThat(found.best()).isEmpty();
    assertThat(found.winner()).isNull();
    assertThat(found.complete()).allMatch(c -> c.scored().score() < -100);
    assertThat(found.stats()).contains("no candidate is within the budget");
  }

  @Test
  void theWinnersIntervalIsThatOfTheScoreThatWasUsed() throws IOException {
    SearchConfig config = config("candidates: 2");
    CandidateScore.Scored mine = new CandidateScore.Scored(7, 7, 0, true);
    SearchResult without =
        LensSearch.of(trials, config)
            .score((result, weights) -> mine)
            .run(folder.resolve("without"));
    assertThat(without.winner().heldOutScore().gain()).isEqualTo(7);
    assertThat(without.winner().interval()).isNull();
    assertThat(without.stats()).contains("gain +7.0000  retention");
    JsonNode json =
        new ObjectMapper().readTree(folder.resolve("without/search.json").toFile()).path("winner");
    assertThat(json.path("held_out").path("low").isNull()).isTrue();
    assertThat(Report.of().search(folder.resolve("without")).html())
        .contains("this score gives no interval")
        .doesNotContain("no difference that they can show");
    Interval own = new Interval(7, 6, 8);
    CandidateScore judge =
        new CandidateScore() {
          @Override
          public Scored score(TrialResult result, TrainedWeights weights) {
            return mine;
          }

          @Override
          public Optional<Interval> interval(TrialResult result) {
            return Optional.of(own);
          }
        };
    SearchResult with = LensSearch.of(trials, config).score(judge).run(folder.resolve("with"));
    assertThat(with.winner().interval()).isEqualTo(own);
  }

  /** Before, bits that only the replaced score asks for were demanded of the trials. */
  @Test
  void aReplacedScoreDemandsNothing() {
    SearchConfig bits =
        SearchConfig.fromYaml(
            "candidates: 1\nscore: {gain: {bits_per_byte: 1}}\nbase: {topLayers: 1, minTexts: 1}\n"
                + "space: {epochs: [1]}");
    SearchResult found =
        LensSearch.of(trials, bits)
            .score((result, weights) -> new CandidateScore.Scored(1, 1, 0, true))
            .run(folder.resolve("search"));
    assertThat(found.winner()).isNotNull();
  }

  @Test
  void aScoreThatIsNoNumberNeverWins() throws IOException {
    SearchConfig config = config("candidates: 4\nparallel: 1\nplateau: {candidates: 4, gain: 0}");
    AtomicInteger asked = new AtomicInteger();
    CandidateScore.Scored nothing = new CandidateScore.Scored(Double.NaN, Double.NaN, 0, true);
    SearchResult found =
        LensSearch.of(trials, config)
            .score(
                (result, weights) ->
                    asked.getAndIncrement() == 1
                        ? new CandidateScore.Scored(-3, -3, 0, true)
                        : nothing)
            .run(folder.resolve("one"));
    assertThat(found.best()).map(c -> c.scored().score()).contains(-3.0);
    JsonNode soFar =
        new ObjectMapper().readTree(folder.resolve("one/search.json").toFile()).path("best_so_far");
    assertThat(soFar.path(0).path("score").isNull()).isTrue();
    assertThat(soFar.path(3).path("score").asDouble()).isEqualTo(-3);
    SearchResult none =
        LensSearch.of(trials, config)
            .score((result, weights) -> nothing)
            .run(folder.resolve("none"));
    assertThat(none.best()).isEmpty();
    assertThat(none.winner()).isNull();
    assertThat(none.stats()).contains("no candidate's score is a number");
  }

  /** Before, the candidates kept the old score and the winner had the new one. */
  @Test
  void aSearchWithAnotherScoreIsAnotherSearch() {
    Path out = folder.resolve("search");
    SearchConfig config = config("candidates: 1");
    LensSearch.of(trials, config).score(named("mine")).run(out);
    LensSearch.of(trials, config).score(named("mine")).resume(true).run(out);
    for (CandidateScore other : List.of(named("yours"), config.score())) {
      assertThatThrownBy(() -> LensSearch.of(trials, config).score(other).resume(true).run(out))
          .isInstanceOf(LensException.class)
          .hasMessageContaining("holds a search with another score");
    }
    Path configured = folder.resolve("configured");
    LensSearch.of(trials, config).run(configured);
    assertThatThrownBy(
            () -> LensSearch.of(trials, config).score(named("a")).resume(true).run(configured))
        .hasMessageContaining("another score");
    CandidateScore lambda = (result, weights) -> null;
    assertThat(lambda.name()).isEqualTo(LensSearchTest.class.getName());
  }

  private static CandidateScore named(String name) {
    return new CandidateScore() {
      @Override
      public Scored score(TrialResult result, TrainedWeights weights) {
        return new Scored(1, 1, 0, true);
      }

      @Override
      public String name() {
        return name;
      }
    };
  }

  @Test
  void arbiterIsToldOfAnyScore() {
    LensScoreFunction function = new LensScoreFunction(named("mine"));
    assertThat(function.score().name()).isEqualTo("mine");
    try (Trials t = trials) {
      TrialResult result = t.run(t.config().topLayers(1).minTexts(1).epochs(1).build());
      assertThat(function.score(result, null, (Properties) null)).isEqualTo(1);
    }
  }

  @Test
  void saysWhenTheSpaceHasNoCandidate() {
    SearchConfig none =
        SearchConfig.fromYaml("base: {topLayers: 1, minTexts: 1}\nspace: {lossLayers: [2, 3]}");
    assertThatThrownBy(() -> LensSearch.of(trials, none).run(folder.resolve("none")))
        .hasMessageStartingWith("the space has no candidate: no draw has options that go together")
        .hasMessageContaining("lossLayers");
    SearchConfig bits =
        SearchConfig.fromYaml("score: {gain: {bits_per_byte: 1}}\nspace: {epochs: [1]}");
    assertThatThrownBy(() -> LensSearch.of(trials, bits).run(folder.resolve("none")))
        .hasMessageContaining("the trials do not measure it");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  /** The pieces in a plain Arbiter search; a task that throws must not stay "Created". */
  @Test
  void thePiecesWorkInAnArbiterSearchOfOnesOwn() throws IOException {
    SearchConfig config = config("candidates: 3");
    LensCandidateGenerator generator =
        new LensCandidateGenerator(config.space(trials.languages()), config.generator());
    OptimizationConfiguration arbiter =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(generator)
            .scoreFunction(new LensScoreFunction(config.score()))
            .modelSaver(new TrialResultSaver(folder.resolve("results").toString()))
            .terminationConditions(
                new org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition(3))
            .build();
    AtomicInteger started = new AtomicInteger();
    LocalOptimizationRunner runner =
        new LocalOptimizationRunner(
            2,
            arbiter,
            new LensTaskCreator(
                trials,
                (result, weights) -> {
                  if (started.getAndIncrement() == 1) {
                    throw new IllegalStateException("broken");
                  }
                  return config.score().score(result);
                }));
    runner.execute();
    assertThat(runner.getCandidateStatus())
        .hasSize(3)
        .extracting(CandidateInfo::getCandidateStatus)
        .containsOnly(CandidateStatus.Complete, CandidateStatus.Failed);
    assertThat(runner.getResults()).isNotEmpty();
    Object saved = runner.getResults().get(0).getResultModel();
    assertThat(((TrialResult) saved).items()).isEqualTo(6);
  }
}
