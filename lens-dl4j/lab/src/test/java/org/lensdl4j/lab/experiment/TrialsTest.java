package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.HeldOut;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A trial is the whole job with the same bits, and costs its training only. */
class TrialsTest {
  private static final int TEXTS = 9;

  @TempDir Path folder;
  private TinyJob tiny;
  private Corpus texts;
  private final Map<String, Long> heard = new ConcurrentHashMap<>();

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, TEXTS);
    Map<String, List<TextItem>> all = new TreeMap<>();
    for (String language : TinyJob.LANGUAGES) {
      all.put(language, tiny.corpus.corpus().texts(language));
    }
    texts = Corpus.of(all);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private TrialsBuilder trials() {
    Progress listener =
        (task, done, total) -> heard.merge(task, done == total ? total : 0, Long::sum);
    return Trials.of(tiny.model)
        .central("en")
        .targets("xx", "yy")
        .probeOn(texts)
        .trainOn(tiny.corpus)
        .developOn(tiny.corpus)
        .holdOut(tiny.corpus)
        .cache(folder.resolve("trials"))
        .progress(listener);
  }

  /** Very different ones: other layers, terms, adapters, coordinates, layers of the loss. */
  private static List<LensConfig> configurations() {
    LensConfigBuilder base = TinyJob.config().checkpointEvery(0);
    LensConfig plain = base.build();
    List<LensConfig> out = new ArrayList<>(List.of(plain));
    out.add(plain.toBuilder().topLayers(2).lossLayers(2).separate(0).seed(3).build());
    out.add(plain.toBuilder().loraRank(2).learningRate(1e-2).rank(1).build());
    out.add(
        plain.toBuilder()
            .batchSize(3)
            .contrast(0.5)
            .coordinates(LossCoordinates.STANDARDISED)
            .lambda("xx", 0.3)
            .alignPivot(AlignPivot.REFERENCE)
            .build());
    return out;
  }

  @Test
  void aTrialEqualsTheWholeJobBitForBit() {
    for (LensConfig config : configurations()) {
      Path run = folder.resolve("run-" + config.fingerprint().substring(0, 8));
      LensResult job =
          Lens.of(tiny.model)
              .config(config)
              .probeOn(texts)
              .trainOn(tiny.corpus)
              .cache(tiny.cache())
              .fit(run);
      try (Trials trials = trials().build();
          TrainedWeights expected = job.weights();
          TrainedWeights found = trials.train(config)) {
        assertThat(trials.space(config).fingerprint()).isEqualTo(job.space().fingerprint());
        assertSame(found, expected);
        TrialResult result = trials.run(config);
        Comparison comparison =
            HeldOut.compare(
                tiny.model,
                expected.over(tiny.model),
                job.space(),
                tiny.corpus,
                config,
                true,
                Progress.NONE);
        assertThat(result.comparison()).isEqualTo(comparison);
        assertThat(result.steps()).isEqualTo(job.steps());
        assertThat(trials.confirm(config).comparison()).isEqualTo(comparison);
      }
    }
  }

  @Test
  void fewerTopLayersAreHadFromMoreInTheSameBits() {
    LensConfig one = TinyJob.config().build();
    LensConfig three = one.toBuilder().topLayers(3).lossLayers(2).build();
    String alone;
    try (Trials trials = trials().build()) {
      alone = values(trials.run(one)) + values(trials.run(three));
    }
    long apart = frozen();
    heard.clear();
    try (Trials trials = trials().cache(folder.resolve("other")).topLayers(3).build()) {
      String first = values(trials.run(one));
      assertThat(first + values(trials.run(three))).isEqualTo(alone);
    }
    assertThat(frozen()).isLessThanOrEqualTo(apart);
  }

  /** Tokens times layers; a measured text that is trained on, too, adds none. */
  private long frozen() {
    return heard.getOrDefault("states", 0L) + heard.getOrDefault("measuring", 0L);
  }

  @Test
  void aSecondTrialReadsNoFrozenLayer() {
    try (Trials trials = trials().build()) {
      LensConfig config = TinyJob.config().build();
      trials.run(config);
      assertThat(heard).containsKeys("probing", "states", "measuring, before");
      // The same texts are trained on and measured.
      assertThat(heard).doesNotContainKey("measuring");
      heard.clear();
      trials.run(config.toBuilder().learningRate(1e-4).lambda("yy", 2).seed(5).build());
      trials.run(config.toBuilder().probeTexts(5).trainTexts(6).rank(1).build());
      trials.run(config.toBuilder().languages("en", "yy").loraRank(1).align(0).build());
      trials.run(config.toBuilder().retain(0).coordinates(LossCoordinates.WHITENED).build());
      assertThat(heard.keySet()).containsOnly("measuring, after", "bits per byte after");
    }
    heard.clear();
    try (Trials again = trials().build()) {
      again.run(TinyJob.config().build());
      assertThat(heard.keySet())
          .as("from the cache of another process")
          .doesNotContain("probing", "states", "measuring");
    }
  }

  @Test
  void severalAtOnceOnOneThreadEachAreTheSame() throws Exception {
    List<String> alone = new ArrayList<>();
    try (Trials trials = trials().threads(1).build()) {
      for (LensConfig config : configurations()) {
        alone.add(values(trials.run(config)));
      }
    }
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try (Trials trials = trials().cache(folder.resolve("other")).threads(1).build()) {
      List<Future<String>> running = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        for (LensConfig config : configurations()) {
          running.add(pool.submit(() -> values(trials.run(config))));
        }
      }
      for (int i = 0; i < running.size(); i++) {
        assertThat(running.get(i).get()).isEqualTo(alone.get(i % alone.size()));
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void fewerTextsAndLanguagesAreTheirOwnJobUpToRounding() {
    LensConfig config =
        TinyJob.config().languages("en", "yy").probeTexts(6).trainTexts(5).minTexts(6).build();
    LensResult job =
        Lens.of(tiny.model)
            .config(config)
            .probeOn(texts)
            .trainOn(tiny.corpus)
            .cache(tiny.cache())
            .fit(folder.resolve("run"));
    try (Trials trials = trials().build();
        TrainedWeights expected = job.weights();
        TrainedWeights found = trials.train(config)) {
      expected
          .arrays()
          .forEach(
              (name, array) -> {
                double off = array.sub(found.arrays().get(name)).amaxNumber().doubleValue();
                assertThat(off).as(name).isLessThan(2e-5);
              });
      TrialResult result = trials.run(config);
      assertThat(result.steps().get(0).loss())
          .isCloseTo(job.steps().get(0).loss(), within(1e-4 * job.steps().get(0).loss()));
      // All languages are measured, the trained ones are pooled.
      assertThat(result.change(Measure.RETRIEVAL_TO_CENTRAL, "xx").items()).isEqualTo(TEXTS);
      assertThat(result.pooled(Measure.COSINE).difference().value())
          .isEqualTo(result.change(Measure.COSINE, "yy").difference().value(), within(1e-12));
    }
  }

  @Test
  void aResultGoesThroughJson() {
    try (Trials trials = trials().bitsPerByte(false).build()) {
      TrialResult result = trials.run(TinyJob.config().build());
      TrialResult read = TrialResult.fromJson(result.toJson());
      assertThat(read.toJson()).isEqualTo(result.toJson());
      assertThat(read.config()).isEqualTo(result.config());
      assertThat(read.stats()).isEqualTo(result.stats()).contains("mean of xx, yy", "drift");
      assertThat(read.drift()).isPositive();
      assertThatThrownBy(() -> read.pooled(Measure.BITS_PER_BYTE))
          .isInstanceOf(LensException.class);
      assertThatThrownBy(() -> TrialResult.fromJson("{\"values\":[{}]}"))
          .hasMessage("trial result: field measure is missing");
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    try (Trials trials = trials().holdOut(null).build()) {
      LensConfig config = TinyJob.config().build();
      assertThatThrownBy(() -> trials.run(config.toBuilder().topLayers(99).build()))
          .hasMessageContaining("option topLayers: found 99, expected 1 to");
      assertThatThrownBy(() -> trials.run(config.toBuilder().languages("en", "zz").build()))
          .hasMessageContaining("option languages: found [en, zz]");
      assertThatThrownBy(() -> trials.run(config.toBuilder().central("xx").build()))
          .hasMessageContaining("option central: found 'xx'");
      assertThatThrownBy(() -> trials.run(config.toBuilder().minTexts(50).build()))
          .hasMessageContaining("found 9, expected at least 50");
      assertThatThrownBy(() -> trials.confirm(config)).hasMessageContaining("call holdOut");
    }
    assertThatThrownBy(() -> trials().targets("xx", "zz").build())
        .hasMessageContaining("trainOn: found texts of [en, xx, yy]");
    assertThatThrownBy(() -> trials().trainOn((ParallelCorpus) null).build())
        .hasMessageContaining("call trainOn");
  }

  private static void assertSame(TrainedWeights found, TrainedWeights expected) {
    assertThat(found.arrays().keySet()).isEqualTo(expected.arrays().keySet());
    for (Map.Entry<String, INDArray> e : expected.arrays().entrySet()) {
      assertThat(found.arrays().get(e.getKey()).data().asFloat())
          .as(e.getKey())
          .isEqualTo(e.getValue().data().asFloat());
    }
  }

  private static String values(TrialResult result) {
    StringBuilder out = new StringBuilder(result.steps().toString());
    for (ItemValues v : result.values()) {
      out.append(v.measure()).append(v.language()).append(java.util.Arrays.toString(v.after()));
    }
    return out.toString();
  }
}
