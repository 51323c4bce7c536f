package org.lensdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;

/** On a real cluster: a master and two workers, each a process of its own, in turn. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
  @TempDir static Path folder;
  private static final Events EVENTS = new Events();
  private static TinyCorpus tiny;
  private static LanguageSpace local;
  private static Cluster cluster;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws Exception {
    tiny = new TinyCorpus(folder);
    local = tiny.local();
    cluster = new Cluster(folder, 2);
    spark =
        new JavaSparkContext(
            cluster
                .conf()
                .set("spark.speculation", "true")
                .set("spark.speculation.interval", "50ms")
                .set("spark.speculation.quantile", "0.3")
                .set("spark.speculation.multiplier", "1.1"));
    spark.sc().addSparkListener(EVENTS);
  }

  @AfterAll
  static void stop() throws Exception {
    if (spark != null) {
      spark.stop();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static SparkProbing probing() {
    return SparkProbing.on(spark)
        .model(tiny.model)
        .texts(tiny.texts.toString())
        .config(tiny.config)
        .blockTexts(TinyCorpus.BLOCK)
        .partitions(9);
  }

  @Test
  @Order(1)
  void probesAsOneMachineDoes() {
    SparkProbingTest.equal(probing().fit(), local, 1e-9);
    assertThat(EVENTS.removed).hasValue(0);
  }

  @Test
  @Order(2)
  void repeatedAndSpeculativeTasksChangeNothing() {
    LanguageSpace space =
        probing()
            .hook(
                task -> {
                  if (task.attemptNumber() == 0 && task.partitionId() == 2) {
                    throw new IllegalStateException("after the work was done");
                  }
                  if (task.attemptNumber() == 0 && task.partitionId() == 4) {
                    sleep(6000);
                  }
                })
            .fit();
    assertThat(EVENTS.copies).hasValueGreaterThan(0);
    SparkProbingTest.equal(space, local, 1e-9);
  }

  @Test
  @Order(3)
  void evaluatesAsOneMachineDoes() throws Exception {
    Path data = tiny.items(folder.resolve("data"), 10);
    EvaluationResult found =
        SparkEvaluation.on(spark)
            .model(tiny.model)
            .data(data)
            .languages("en", "zh", "sw")
            .itemsPerTask(3)
            .evaluate(folder.resolve("on-spark"));
    try (TransformerModel opened = TransformerModel.open(tiny.model)) {
      EvaluationResult expected =
          Evaluation.of(opened)
              .data(data)
              .languages("en", "zh", "sw")
              .evaluate(folder.resolve("here"));
      assertThat(found.stats()).isEqualTo(expected.stats());
    }
  }

  @Test
  @Order(4)
  void searchesAsOneMachineDoes() {
    TrialsOpener opener = SparkTrialsTest.opener(tiny.texts, folder.resolve("cache"), 0);
    try (TransformerModel model = TransformerModel.open(tiny.model);
        Trials trials = opener.open(model, 1)) {
      LensConfig config = tiny.config.toBuilder().minTexts(4).trainMaxTokens(48).build();
      TrialResult found = SparkTrials.of(spark, trials, null, opener).run(config);
      TrialResult expected = trials.run(config);
      assertThat(found.pooled()).isEqualTo(expected.pooled());
    }
  }

  @Test
  @Order(5)
  void executorsWithoutTheModelOrWithAnotherEndTheJob() {
    String hash;
    try (TransformerModel model = TransformerModel.open(tiny.model)) {
      hash = model.hash();
    }
    assertThatThrownBy(() -> opened(new ModelRef("/nowhere/model", hash, null)))
        .isInstanceOf(LensException.class)
        .hasMessageMatching(
            "executor \\d on 127\\.0\\.0\\.[23]: there is no model /nowhere/model; every executor"
                + " .*");
    String wrong = "0".repeat(64);
    assertThatThrownBy(() -> opened(new ModelRef(tiny.model.toString(), wrong, null)))
        .isInstanceOf(LensException.class)
        .hasMessageMatching(
            "executor \\d on 127\\.0\\.0\\.[23]: model %s has hash %s, the driver's has %s; .*"
                .formatted(tiny.model, hash, wrong));
  }

  private static void opened(ModelRef model) {
    Jobs.run(
        () ->
            spark.parallelize(List.of(1), 1).map(i -> ExecutorModels.lease(model) != null).count());
  }

  @Test
  @Order(9)
  void aKilledWorkerLosesNothing() {
    AtomicBoolean killed = new AtomicBoolean();
    LanguageSpace space =
        probing()
            .hook(task -> sleep(200))
            .progress(
                (name, done, total) -> {
                  if (done > 20 && !killed.getAndSet(true)) {
                    cluster.killWorker(0);
                  }
                })
            .fit();
    assertThat(killed).isTrue();
    assertThat(EVENTS.removed).hasValueGreaterThan(0);
    SparkProbingTest.equal(space, local, 1e-9);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Events extends SparkListener {
    private final AtomicInteger removed = new AtomicInteger();
    private final AtomicInteger copies = new AtomicInteger();

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
      removed.incrementAndGet();
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
      copies.addAndGet(event.taskInfo().speculative() ? 1 : 0);
    }
  }
}
