package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.search.CandidateRecord;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lab.search.SearchResult;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;

class SparkTrialsTest {
  private static final String SEARCH =
      """
      generator: grid
      base: {trainTexts: 4, probeTexts: 6, minTexts: 4, trainMaxTokens: 48, probeMaxTokens: 48}
      space:
        learningRate: [1e-3, 1e-2]
        separate: [0, 1]
        agnosticRank: [1, 2]
      """;

  @TempDir Path folder;
  private TinyCorpus tiny;
  private JavaSparkContext spark;

  @BeforeEach
  void start() throws IOException {
    tiny = new TinyCorpus(folder);
    spark =
        new JavaSparkContext(
            SparkSettings.apply(
                new SparkConf().setMaster("local[2,3]").set("spark.local.dir", folder.toString())));
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  static TrialsOpener opener(Path texts, Path cache, int trainFrom) {
    String from = texts.toString();
    String states = cache.toString();
    return (model, threads) -> {
      List<String> languages = List.of("en", "zh", "sw");
      ParallelCorpus all = ParallelCorpus.jsonl(Path.of(from), languages, "en", 18);
      return Trials.of(model)
          .central("en")
          .targets("zh", "sw")
          .probeOn(all.part(0, 6).corpus())
          .trainOn(all.part(trainFrom, trainFrom + 4))
          .developOn(all.part(6, 12))
          .holdOut(all.part(12, 18))
          .bitsPerByte(false)
          .cache(Path.of(states))
          .threads(threads)
          .build();
    };
  }

  @Test
  void aSearchEndsAsOnOneMachineWhateverIsRepeated() {
    TrialsOpener opener = opener(tiny.texts, folder.resolve("cache"), 0);
    try (TransformerModel model = TransformerModel.open(tiny.model);
        Trials trials = opener.open(model, 1)) {
      SearchConfig search = SearchConfig.fromYaml(SEARCH);
      SearchResult local = LensSearch.of(trials, search).run(folder.resolve("local"));
      SparkTrials cluster =
          SparkTrials.of(spark, trials, null, opener)
              .hook(
                  task -> {
                    if (task.attemptNumber() == 0) {
                      throw new IllegalStateException("after the work was done");
                    }
                  });
      SearchResult found =
          LensSearch.of(trials, search)
              .trialsBy(cluster::run)
              .parallel(cluster.cores())
              .run(folder.resolve("spark"));

      assertThat(found.complete()).hasSize(8);
      for (CandidateRecord expected : local.complete()) {
        CandidateRecord same =
            found.complete().stream()
                .filter(c -> c.index() == expected.index())
                .findFirst()
                .orElseThrow();
        assertThat(same.config()).isEqualTo(expected.config());
        assertThat(same.scored()).isEqualTo(expected.scored());
      }
      assertThat(found.best().map(CandidateRecord::index))
          .isEqualTo(local.best().map(CandidateRecord::index));
    }
  }

  @Test
  void otherTextsOnAnExecutorAreRefused() {
    TrialsOpener opener = opener(tiny.texts, folder.resolve("cache"), 0);
    try (TransformerModel model = TransformerModel.open(tiny.model);
        Trials trials = opener.open(model, 1)) {
      TrialsOpener other = opener(tiny.texts, folder.resolve("cache"), 1);
      SparkTrials cluster = SparkTrials.of(spark, trials, null, other);
      assertThatThrownBy(() -> cluster.run(trials.config().build()))
          .isInstanceOf(LensException.class)
          .hasMessageContainingAll("executor driver on", trials.textsHash());
      TrialResult result =
          SparkTrials.of(spark, trials, null, opener)
              .run(trials.config().trainMaxTokens(48).minTexts(4).probeMaxTokens(48).build());
      assertThat(result.items()).isEqualTo(6);
    }
  }
}
