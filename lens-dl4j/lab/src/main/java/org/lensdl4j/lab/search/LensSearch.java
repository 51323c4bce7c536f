package org.lensdl4j.lab.search;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.weights.JsonFiles;

/**
 * A whole search in a folder: candidates are scored on the development texts, the winner is trained
 * into a run folder and measured once on the held-out texts.
 *
 * <pre>{@code
 * SearchResult found =
 *     LensSearch.of(trials, SearchConfig.read(Path.of("search.yaml"))).run(Path.of("searches/a"));
 * System.out.println(found.stats());
 * }</pre>
 *
 * <p>An interrupted search goes on where it was ({@link #resume}): finished candidates, failed ones
 * too, are remembered, and a genetic search breeds the same ones from their scores.
 */
public final class LensSearch {
  /** The winner's configuration in the folder, as a run's JSON. */
  public static final String WINNER_CONFIG = "winner.config.json";

  private final Trials trials;
  private final SearchConfig config;
  private CandidateScore score;
  private LensCandidateSpace space;
  private boolean resume;
  private int parallel;
  private Function<LensConfig, TrialResult> elsewhere;
  private SearchListener listener = (candidate, again, done, most) -> {};
  private StatusListener[] arbiterListeners = {};

  private LensSearch(Trials trials, SearchConfig config) {
    this.trials = trials;
    this.config = config;
    this.score = config.score();
  }

  /**
   * A search.
   *
   * @param trials with texts to develop on; for several candidates at once with the processors
   *     shared out, see {@link #parallel}. Stay the caller's
   */
  public static LensSearch of(Trials trials, SearchConfig config) {
    return new LensSearch(trials, config);
  }

  /**
   * Another score than the configuration's, which then asks for nothing. The winner's interval is
   * the one that it gives of its own gain, {@link CandidateScore#interval}; its name, {@link
   * CandidateScore#name}, becomes part of the folder.
   */
  public LensSearch score(CandidateScore other) {
    score = other;
    return this;
  }

  /** A space of one's own in place of the configuration's, over the same parameters. */
  public LensSearch space(LensCandidateSpace own) {
    space = own;
    return this;
  }

  /** Whether the folder may hold the same search already, which then goes on; off by default. */
  public LensSearch resume(boolean goOn) {
    resume = goOn;
    return this;
  }

  /** Candidates at once, in place of the configuration's number. */
  public LensSearch parallel(int count) {
    parallel = count;
    return this;
  }

  /**
   * Trains and measures candidates in place of this process: tasks of a cluster. As many threads
   * ask at once as candidates run; the trials at hand confirm the winner.
   *
   * @param run must give what {@link Trials#run} of the same model and texts gives
   */
  public LensSearch trialsBy(Function<LensConfig, TrialResult> run) {
    elsewhere = run;
    return this;
  }

  /** Replaces the listeners, who hear of each candidate. */
  public LensSearch setListeners(SearchListener... newListeners) {
    List<SearchListener> all = List.of(newListeners);
    listener = (c, again, done, most) -> all.forEach(l -> l.onCandidate(c, again, done, most));
    return this;
  }

  /**
   * Arbiter's listeners: for its page in the browser {@code SearchPage.listener} of lens-ui, not
   * Arbiter's own, which writes every object of a search by reflection.
   */
  public LensSearch setArbiterListeners(StatusListener... listeners) {
    arbiterListeners = listeners.clone();
    return this;
  }

  /**
   * How many candidates to run at once: the configuration's number, else one for each processor as
   * far as memory allows.
   *
   * @param bytes native memory of one candidate, see {@link
   *     org.lensdl4j.lab.experiment.TrialsBuilder#bytes}
   */
  public static int parallel(SearchConfig config, long bytes) {
    if (config.parallel() > 0) {
      return config.parallel();
    }
    int processors = Runtime.getRuntime().availableProcessors();
    long free = FreeMemory.bytes();
    return (int) Math.max(1, Math.min(processors, free / 2 / Math.max(1, bytes)));
  }

  /**
   * Searches. A search that goes on may have other bounds (candidates, minutes, plateau) than
   * before.
   *
   * @param folder new or empty, or of the same search with {@link #resume}
   * @throws LensException if the space has no candidate, the folder cannot be used, or every
   *     candidate failed
   */
  public SearchResult run(Path folder) {
    if (score instanceof GainScore gain && gain.needsBits() && !trials.measuresBits()) {
      throw new LensException(
          "score: bits_per_byte is asked for, but the trials do not measure it");
    }
    if (score instanceof GainScore gain && gain.needsAnswers() && !trials.measuresAnswers()) {
      throw new LensException(
          "score: right_language or repetition is asked for, but the trials have no questions");
    }
    LensCandidateSpace used = space != null ? space : config.space(trials.languages());
    LensCandidateGenerator generator = new LensCandidateGenerator(used, config.generator());
    requireCandidate(generator);
    try (SearchFolder files = SearchFolder.take(folder, identity(), resume)) {
      files.write("search.yaml", config.toYaml());
      int atOnce = parallel > 0 ? parallel : Math.max(1, config.parallel());
      return search(files, generator, atOnce);
    }
  }

  private void requireCandidate(LensCandidateGenerator generator) {
    if (!generator.hasMoreCandidates()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the space has no candidate: %s",
              generator.problem() == null
                  ? "there is nothing to draw"
                  : "no draw has options that go together, for example " + generator.problem()));
    }
  }

  private Map<String, String> identity() {
    Map<String, String> out = new LinkedHashMap<>();
    out.put("search", SearchConfigWriter.identity(config));
    out.put("model", trials.model().hash());
    out.put("languages", String.join(",", trials.languages()));
    out.put("texts", trials.textsHash());
    out.put("score", score == config.score() ? "" : score.name());
    return out;
  }

  private SearchResult search(SearchFolder files, LensCandidateGenerator generator, int atOnce) {
    SearchTermination[] end = new SearchTermination[1];
    SearchLog[] log = new SearchLog[1];
    Runnable write = () -> files.write("search.json", result(log[0], end[0], null).toJson());
    log[0] = new SearchLog(files, generator, listener, config.generator().candidates(), write);
    end[0] = new SearchTermination(config, generator, log[0], secondsBefore(files));
    OptimizationConfiguration arbiter =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(generator)
            .scoreFunction(new LensScoreFunction(score))
            .terminationConditions(end[0])
            .build();
    LocalOptimizationRunner runner =
        new LocalOptimizationRunner(atOnce, arbiter, new LensTaskCreator(work(), log[0]));
    runner.addListeners(arbiterListeners);
    runner.execute();
    SearchResult found = result(log[0], end[0], null);
    files.write("search.json", found.toJson());
    if (found.complete().isEmpty()) {
      int failed = found.failed().size();
      throw new LensException(
          (failed == 1
                  ? "the only candidate failed: "
                  : String.format(
                      Locale.ROOT, "all %d candidates failed, the first with: ", failed))
              + found.failed().get(0).error());
    }
    Optional<CandidateRecord> best = found.best();
    if (best.isEmpty()) {
      return found;
    }
    SearchResult confirmed = result(log[0], end[0], confirm(files, best.get()));
    files.write("search.json", confirmed.toJson());
    return confirmed;
  }

  private LensTaskCreator.Work work() {
    if (elsewhere == null) {
      return LensTaskCreator.work(trials, score);
    }
    if (!(score instanceof GainScore measures)) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "score %s needs trained layers, which stay where they were trained; expected a GainScore",
              score.getClass().getName()));
    }
    return (index, config) -> {
      TrialResult result = elsewhere.apply(config);
      return new CandidateRecord(
          index, config, measures.score(result), result, null, result.seconds());
    };
  }

  private SearchResult result(SearchLog log, SearchTermination end, SearchResult.Winner winner) {
    return new SearchResult(
        config,
        trials.languages(),
        trials.model().hash(),
        log.candidates(),
        end.reason(),
        end.seconds(),
        winner);
  }

  private SearchResult.Winner confirm(SearchFolder files, CandidateRecord best) {
    Path run = files.winner(best.index());
    trials.run(best.config(), run);
    files.write(WINNER_CONFIG, best.config().toJson());
    if (!trials.hasHeldOut()) {
      return new SearchResult.Winner(best.index(), run, null, null, null);
    }
    try (TrainedWeights weights = TrainedWeights.load(run, trials.model())) {
      TrialResult heldOut = trials.confirm(best.config(), weights);
      files.write("winner.json", heldOut.toJson());
      return new SearchResult.Winner(
          best.index(),
          run,
          heldOut,
          score.score(heldOut, weights),
          score.interval(heldOut).orElse(null));
    }
  }

  private static double secondsBefore(SearchFolder files) {
    Path file = files.root().resolve("search.json");
    try {
      return Files.exists(file) ? JsonFiles.read(file).path("seconds").asDouble() : 0;
    } catch (UncheckedIOException | ModelFormatException e) {
      return 0;
    }
  }
}
