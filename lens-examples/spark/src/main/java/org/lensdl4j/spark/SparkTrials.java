package org.lensdl4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;

/**
 * Trials on a cluster: each is a task, which trains and measures one configuration with the trials
 * that its executor has open, and returns the measures. Several threads may ask at once, and
 * should: one for each core.
 *
 * <pre>{@code
 * SparkTrials cluster = SparkTrials.of(spark, trials, hashes, (model, threads) -> Trials.of(model)
 *     .central("en").targets("sw").trainOn(...).cache(shared).threads(threads).build());
 * LensSearch.of(trials, config).trialsBy(cluster::run).parallel(cluster.cores()).run(folder);
 * }</pre>
 *
 * <p>States are computed by the first trial of an executor that needs them, and found by all others
 * in the cache that the opener names; one in a file system that machines share serves all. A task
 * that is repeated, or run twice, trains to the same bits; the first to end is taken.
 */
public final class SparkTrials {
  private final JavaSparkContext spark;
  private final Trials local;
  private final ModelRef model;
  private final TrialsOpener opener;
  private TaskHook hook = TaskHook.NONE;

  private SparkTrials(JavaSparkContext spark, Trials local, ModelRef model, TrialsOpener opener) {
    this.spark = spark;
    this.local = local;
    this.model = model;
    this.opener = opener;
  }

  /**
   * Trials of a model that all machines have under the same path.
   *
   * @param spark with the settings of {@link SparkSettings}; stays open
   * @param local the same trials here: executors must find the same texts
   * @param hashes folder that remembers hashes of weights, or null
   * @param opener makes the trials again
   */
  public static SparkTrials of(
      JavaSparkContext spark, Trials local, Path hashes, TrialsOpener opener) {
    SparkSettings.require(spark.getConf());
    return new SparkTrials(spark, local, ModelRef.of(local.model(), hashes), opener);
  }

  /** For tests: what happens in a task when its work is done. */
  SparkTrials hook(TaskHook value) {
    hook = value;
    return this;
  }

  /** Trials that run at once. */
  public int cores() {
    return spark.defaultParallelism();
  }

  /**
   * Trains and measures on the development texts, as {@link Trials#run}.
   *
   * @throws LensException as there, and naming the host if a machine has another model or texts
   */
  public TrialResult run(LensConfig config) {
    ModelRef ref = model;
    TrialsOpener open = opener;
    String texts = local.textsHash();
    TaskHook after = hook;
    return Jobs.run(
        () ->
            TrialResult.fromJson(
                spark
                    .parallelize(List.of(config.toJson()), 1)
                    .map(json -> run(ref, open, texts, json, after))
                    .collect()
                    .get(0)));
  }

  /** What one JVM has open for one set of texts. */
  private record Key(ModelRef model, String texts) {}

  private static String run(
      ModelRef model, TrialsOpener opener, String texts, String config, TaskHook after) {
    int threads = TaskContext.get().cpus();
    try (ExecutorCache.Lease<Trials> trials =
        ExecutorCache.lease(
            new Key(model, texts), Trials.class, () -> open(model, opener, texts, threads))) {
      String result = trials.get().run(LensConfig.fromJson(config)).toJson();
      after.done(TaskContext.get());
      return result;
    }
  }

  private static Trials open(ModelRef model, TrialsOpener opener, String texts, int threads) {
    Trials trials = opener.open(ExecutorModels.lease(model).get(), threads);
    if (!trials.textsHash().equals(texts)) {
      trials.close();
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s: found texts of hash %s, the driver's have %s; expected the same texts everywhere",
              Hosts.here(),
              trials.textsHash(),
              texts));
    }
    return trials;
  }
}
