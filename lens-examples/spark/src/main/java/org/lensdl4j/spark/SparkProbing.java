package org.lensdl4j.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.BlockProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * Probing of a corpus on a cluster: tasks take blocks of texts through the model that their
 * executor has open and return sums of states, which are added up in a tree.
 *
 * <pre>{@code
 * LanguageSpace space =
 *     SparkProbing.on(spark).model(path).texts("hdfs:///texts").config(config).fit();
 * }</pre>
 *
 * <p>The same corpus, block size and kind of processor give the same space, however many executors
 * there are, and also when tasks fail and are repeated or run twice: see {@link BlockProbing},
 * which is the same on one machine.
 */
public final class SparkProbing {
  private static final String TASK = "probing";

  /** Tasks for each core: those that end early take from those that are late. */
  private static final int TASKS_PER_CORE = 4;

  /** Statistics larger than this are added up two at a time. */
  private static final long LARGE = 64L << 20;

  private final JavaSparkContext spark;
  private Path model;
  private Path hashes;
  private String texts;
  private String split;
  private LensConfig config;
  private int blockTexts = BlockProbing.TEXTS;
  private int partitions;
  private Progress progress = Progress.NONE;
  private TaskHook hook = TaskHook.NONE;

  private SparkProbing(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Begins.
   *
   * @param spark with the settings of {@link SparkSettings}; stays open
   */
  public static SparkProbing on(JavaSparkContext spark) {
    SparkSettings.require(spark.getConf());
    return new SparkProbing(spark);
  }

  /** The model's folder or file, under the same path on all machines. */
  public SparkProbing model(Path path) {
    model = path;
    return this;
  }

  /** A folder that remembers hashes of weights between runs; by default none does. */
  public SparkProbing rememberHashes(Path folder) {
    hashes = folder;
    return this;
  }

  /**
   * Where texts are: a folder in a file system that all machines see, with {@code
   * <language>.jsonl}, {@code .txt} or {@code .parquet}.
   */
  public SparkProbing texts(String folder) {
    texts = folder;
    return this;
  }

  /** Only texts whose field {@code split} has this value; by default all. */
  public SparkProbing split(String name) {
    split = name;
    return this;
  }

  /** Languages, prompts, rank; of each language the first {@code probeTexts} are used. */
  public SparkProbing config(LensConfig value) {
    config = value;
    return this;
  }

  /**
   * Texts that go through the model together; by default {@value BlockProbing#TEXTS}. Another
   * number changes the result by 32-bit rounding.
   */
  public SparkProbing blockTexts(int count) {
    if (count < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "option blockTexts: found %d, expected 1 or more", count));
    }
    blockTexts = count;
    return this;
  }

  /** Tasks; by default four for each core, and not more than there are blocks. */
  public SparkProbing partitions(int count) {
    if (count < 0) {
      throw new LensException(
          String.format(Locale.ROOT, "option partitions: found %d, expected 0 or more", count));
    }
    partitions = count;
    return this;
  }

  /** Hears how many texts are done. */
  public SparkProbing progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** For tests: what happens in a task when its work is done. */
  SparkProbing hook(TaskHook value) {
    hook = value;
    return this;
  }

  /**
   * Probes.
   *
   * @throws LensException if texts, model or an executor's model cannot be used; the message names
   *     file and line, or host and path
   */
  public LanguageSpace fit() {
    BlockProbing.require(config); // before the corpus is read
    return Jobs.run(
        () -> {
          try (TransformerModel opened = TransformerModel.open(model)) {
            if (hashes != null) {
              opened.rememberHash(hashes);
            }
            return fit(opened);
          }
        });
  }

  private LanguageSpace fit(TransformerModel opened) {
    TextBlocks blocks = new TextBlocks(spark, blockTexts, config.probeTexts());
    Corpora corpora = new Corpora(spark, texts, split);
    for (String language : config.languages()) {
      blocks.add(language, corpora.texts(language));
    }
    blocks
        .counts()
        .forEach(
            (language, count) -> {
              if (count < config.minTexts()) {
                throw new LensException(
                    String.format(
                        Locale.ROOT,
                        "language %s has too few texts to probe: found %d, expected at least %d",
                        language,
                        count,
                        config.minTexts()));
              }
            });
    int tasks =
        Math.min(
            blocks.blocks(),
            partitions > 0 ? partitions : TASKS_PER_CORE * spark.defaultParallelism());
    BlockProbing probing = new BlockProbing(opened, config, 1);
    LanguageStatistics all = probing.none(config.languages());
    gather(ModelRef.of(opened, hashes), blocks, tasks, size(opened)).each().forEach(all::merge);
    return probing.fit(all, blocks.hash());
  }

  private long size(TransformerModel opened) {
    return 32L
        * config.languages().size()
        * opened.config().layers()
        * opened.config().hiddenSize();
  }

  private ProbingSums gather(ModelRef ref, TextBlocks blocks, int tasks, long size) {
    LongAccumulator done = spark.sc().longAccumulator(TASK);
    long total = blocks.counts().values().stream().mapToLong(n -> n).sum();
    String settings = config.toJson();
    TaskHook after = hook;
    JavaRDD<ProbingSums> sums =
        blocks.in(tasks).mapPartitions(own -> probe(ref, settings, own, done, after));
    int depth = size > LARGE ? 32 - Integer.numberOfLeadingZeros(tasks) : 2;
    try (TaskProgress ignored = new TaskProgress(spark, TASK, done::value, () -> total, progress)) {
      return sums.treeAggregate(
          new ProbingSums(), ProbingSums::merge, ProbingSums::merge, Math.max(2, depth));
    }
  }

  private static Iterator<ProbingSums> probe(
      ModelRef ref,
      String settings,
      Iterator<TextBlocks.Block> own,
      LongAccumulator done,
      TaskHook after) {
    ProbingSums out = new ProbingSums();
    if (own.hasNext()) {
      LensConfig config = LensConfig.fromJson(settings);
      try (ExecutorCache.Lease<TransformerModel> lease = ExecutorModels.lease(ref)) {
        BlockProbing probing = new BlockProbing(lease.get(), config, TaskContext.get().cpus());
        while (own.hasNext()) {
          TextBlocks.Block block = own.next();
          out.add(probing.sums(block.language(), block.texts()));
          done.add(block.texts().size());
        }
      }
    }
    after.done(TaskContext.get());
    return new ArrayList<>(List.of(out)).iterator();
  }
}
