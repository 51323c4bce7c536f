package org.lensdl4j.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.BaseStatusListener;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.search.CandidateScore;
import org.lensdl4j.lab.search.GainScore;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lab.search.SearchResult;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.fixtures.TinyModels;

/**
 * A search of four candidates on a tiny random model, the second of which fails; it can be held
 * when a candidate begins.
 */
final class TinySearch implements AutoCloseable {
  static final int CANDIDATES = 4;
  static final int FAILING = 1;
  static final String REASON = "no evaluator for <b>this</b> one";
  static final List<String> LANGUAGES = List.of("en", "xx", "yy");

  static final String SEARCH =
      """
      generator: random
      candidates: 4
      seed: 7
      plateau: {candidates: 9, gain: 0.01}
      score: {gain: {cosine: 1}}
      base: {minTexts: 1, epochs: 2, topLayers: 1, batchSize: 3, accumulation: 1}
      space:
        learningRate: {low: 1e-4, high: 1e-2, scale: log}
        align: {low: 0.5, high: 2, off: true}
        lambda: [0.5, 1]
      """;

  private final TransformerModel model;
  private final Trials trials;
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private CompletableFuture<SearchResult> running;

  TinySearch(Path folder) throws IOException {
    Path texts = texts(folder);
    ParallelCorpus corpus = ParallelCorpus.jsonl(texts, LANGUAGES, "en", 0);
    model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
    trials =
        Trials.of(model)
            .central("en")
            .targets("xx", "yy")
            .probeOn(corpus.corpus())
            .trainOn(corpus)
            .developOn(corpus)
            .cache(folder.resolve("cache"))
            .bitsPerByte(false)
            .threads(1)
            .build();
  }

  static Path texts(Path folder) throws IOException {
    Path texts = Files.createDirectories(folder.resolve("texts"));
    List<String> words = List.of("abc de", "fgh ij", "klm no");
    for (int l = 0; l < LANGUAGES.size(); l++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        lines.append("{\"id\":%d,\"text\":\"%s\"}\n".formatted(i, words.get(l).repeat(i + 1)));
      }
      Files.writeString(texts.resolve(LANGUAGES.get(l) + ".jsonl"), lines);
    }
    return texts;
  }

  /** Starts it; when a candidate begins, listeners have heard of it and it goes no further. */
  void start(Path out, int hold, StatusListener listener) {
    start(out, SearchConfig.fromYaml(SEARCH), hold, listener);
  }

  void start(Path out, SearchConfig config, int hold, StatusListener listener) {
    int[] scored = new int[1];
    LensSearch search =
        LensSearch.of(trials, config)
            .parallel(1)
            .score(
                new CandidateScore() {
                  @Override
                  public Scored score(TrialResult result, TrainedWeights weights) {
                    if (scored[0]++ == FAILING) {
                      throw new LensException(REASON);
                    }
                    return config.score().score(result);
                  }

                  @Override
                  public Optional<GainScore> gain() {
                    return Optional.of(config.score());
                  }
                })
            .setArbiterListeners(listener, new Hold(hold));
    running = CompletableFuture.supplyAsync(() -> search.run(out));
  }

  void awaitHold() throws InterruptedException {
    while (!arrived.await(100, TimeUnit.MILLISECONDS)) {
      if (running.isDone()) {
        running.join();
        throw new IllegalStateException("the search ended before the candidate");
      }
    }
  }

  SearchResult finish() {
    goOn.countDown();
    return running.join();
  }

  private final class Hold extends BaseStatusListener {
    private final int index;

    Hold(int index) {
      this.index = index;
    }

    @Override
    public void onCandidateStatusChange(
        CandidateInfo info, IOptimizationRunner runner, OptimizationResult result) {
      if (info.getIndex() == index && info.getCandidateStatus() == CandidateStatus.Running) {
        arrived.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new UncheckedIOException(new IOException(e));
        }
      }
    }
  }

  @Override
  public void close() {
    goOn.countDown();
    if (running != null) {
      running.handle((result, failure) -> null).join();
    }
    trials.close();
    model.close();
  }
}
