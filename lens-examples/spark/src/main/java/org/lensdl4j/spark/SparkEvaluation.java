package org.lensdl4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationPart;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lab.evaluate.ItemRow;
import org.lensdl4j.lab.evaluate.ItemScorer;
import org.lensdl4j.lab.evaluate.SystemTurn;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * An evaluation on a cluster: tasks score some items each with everything that their executor has
 * open, and return rows; figures, intervals and files are made of the rows as on one machine. The
 * options are those of {@link Evaluation}, with paths in place of what is open.
 *
 * <pre>{@code
 * EvaluationResult result =
 *     SparkEvaluation.on(spark).model(path).run(run)
 *         .data(data).languages("en", "zh", "sw").evaluate(out);
 * }</pre>
 *
 * <p>Rows are taken by item: it does not matter how often a task was run. Hidden states of texts
 * are measured by the driver, because each measure needs the states of all texts of a language.
 */
public final class SparkEvaluation {
  private static final String TASK = "evaluating";

  private final JavaSparkContext spark;
  private final List<String> runs = new ArrayList<>();
  private List<String> steer = List.of();
  private List<Double> project = List.of();
  private Path model;
  private Path against;
  private Path space;
  private Path hashes;
  private Path data;
  private List<String> tasks = List.of();
  private List<String> languages = List.of("en");
  private String central = "en";
  private int limit;
  private int maxNewTokens = 256;
  private SystemTurn systemTurn = SystemTurn.ENGLISH;
  private double temperature;
  private int answers = 1;
  private String system = "You are a helpful assistant.";
  private long seed = 42;
  private ParallelCorpus texts;
  private int maxTokens;
  private int itemsPerTask = EvaluationPart.ITEMS;
  private Progress progress = Progress.NONE;
  private TaskHook hook = TaskHook.NONE;

  private SparkEvaluation(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Begins.
   *
   * @param spark with the settings of {@link SparkSettings}; stays open
   */
  public static SparkEvaluation on(JavaSparkContext spark) {
    SparkSettings.require(spark.getConf());
    return new SparkEvaluation(spark);
  }

  /** The model's folder or file; this and all other paths are the same on all machines. */
  public SparkEvaluation model(Path path) {
    model = path;
    return this;
  }

  /** A folder that remembers hashes of weights between runs; by default none does. */
  public SparkEvaluation rememberHashes(Path folder) {
    hashes = folder;
    return this;
  }

  /** See {@link Evaluation#run}. */
  public SparkEvaluation run(Path run) {
    runs.add(absolute(run));
    return this;
  }

  /** See {@link Evaluation#against}. */
  public SparkEvaluation against(Path other) {
    against = other;
    return this;
  }

  /** See {@link Evaluation#space}. */
  public SparkEvaluation space(Path file) {
    space = file;
    return this;
  }

  /** See {@link Evaluation#steer(String)}. */
  public SparkEvaluation steer(List<String> named) {
    steer = named.stream().map(n -> Steering.isFile(n) ? absolute(Path.of(n)) : n).toList();
    return this;
  }

  /** See {@link Evaluation#project}. */
  public SparkEvaluation project(List<Double> lambdas) {
    project = List.copyOf(lambdas);
    return this;
  }

  /** See {@link Evaluation#data}. */
  public SparkEvaluation data(Path folder) {
    data = folder;
    return this;
  }

  /** See {@link Evaluation#tasks}. */
  public SparkEvaluation tasks(String... names) {
    tasks = List.of(names);
    return this;
  }

  /** See {@link Evaluation#languages}. */
  public SparkEvaluation languages(String... names) {
    languages = List.of(names);
    return this;
  }

  /** See {@link Evaluation#central}. */
  public SparkEvaluation central(String language) {
    central = language;
    return this;
  }

  /** See {@link Evaluation#limit}. */
  public SparkEvaluation limit(int items) {
    limit = items;
    return this;
  }

  /** See {@link Evaluation#system(SystemTurn)}. */
  public SparkEvaluation system(SystemTurn kind) {
    systemTurn = kind;
    return this;
  }

  /** See {@link Evaluation#sampled}. */
  public SparkEvaluation sampled(double temperature, int times) {
    this.temperature = temperature;
    answers = times;
    return this;
  }

  /** See {@link Evaluation#maxNewTokens}. */
  public SparkEvaluation maxNewTokens(int tokens) {
    maxNewTokens = tokens;
    return this;
  }

  /** See {@link Evaluation#system}. */
  public SparkEvaluation system(String text) {
    system = text;
    return this;
  }

  /** See {@link Evaluation#seed}. */
  public SparkEvaluation seed(long value) {
    seed = value;
    return this;
  }

  /** See {@link Evaluation#texts}; these are measured by the driver. */
  public SparkEvaluation texts(ParallelCorpus corpus, int longest) {
    texts = corpus;
    maxTokens = longest;
    return this;
  }

  /**
   * Items that a task scores; by default {@value EvaluationPart#ITEMS}. With a multiple of it rows
   * are those of one machine, bit for bit; other numbers change log-likelihoods by 32-bit rounding.
   */
  public SparkEvaluation itemsPerTask(int items) {
    if (items < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "option itemsPerTask: found %d, expected 1 or more", items));
    }
    itemsPerTask = items;
    return this;
  }

  /** Hears how many items are done. */
  public SparkEvaluation progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** For tests: what happens in a task when its work is done. */
  SparkEvaluation hook(TaskHook value) {
    hook = value;
    return this;
  }

  /**
   * Measures everything.
   *
   * @param out as for {@link Evaluation#evaluate}; only the driver writes there
   * @throws LensException as there, and naming the host if a machine has other files
   */
  public EvaluationResult evaluate(Path out) {
    return Jobs.run(
        () -> {
          try (TransformerModel opened = open(model);
              TransformerModel other = against == null ? null : open(against)) {
            EvaluationSpec spec = spec(opened, other);
            LongAccumulator done = spark.sc().longAccumulator(TASK);
            long[] total = {0};
            try (TaskProgress ignored =
                new TaskProgress(spark, TASK, done::value, () -> total[0], progress)) {
              Evaluation evaluation =
                  spec.of(opened, other)
                      .data(data) // as given, for messages
                      .seed(seed)
                      .progress(progress)
                      .scoredBy(
                          work -> {
                            total[0] += work.items();
                            return begin(spec, work, done);
                          });
              if (texts != null) {
                evaluation.texts(texts, maxTokens);
              }
              return evaluation.evaluate(out);
            }
          }
        });
  }

  private TransformerModel open(Path path) {
    TransformerModel opened = TransformerModel.open(path);
    return hashes == null ? opened : opened.rememberHash(hashes);
  }

  private static String absolute(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }

  private EvaluationSpec spec(TransformerModel opened, TransformerModel other) {
    return new EvaluationSpec(
        ModelRef.of(opened, hashes),
        other == null ? null : ModelRef.of(other, hashes),
        absolute(space),
        runs,
        steer,
        project,
        absolute(data),
        tasks,
        languages,
        central,
        limit,
        maxNewTokens,
        system,
        systemTurn,
        temperature,
        answers);
  }

  /** Some items of one task in one language. */
  private record Chunk(String task, String language, String identity, int items, int from, int to)
      implements Serializable {}

  /** A scored item. */
  private record Row(int item, String line) implements Serializable {}

  private Supplier<List<ItemRow>> begin(
      EvaluationSpec spec, ItemScorer.Work work, LongAccumulator done) {
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < work.items(); from += itemsPerTask) {
      int to = Math.min(work.items(), from + itemsPerTask);
      chunks.add(new Chunk(work.task(), work.language(), work.identity(), work.items(), from, to));
    }
    TaskHook after = hook;
    JavaFutureAction<List<Row>> rows =
        spark
            .parallelize(chunks, chunks.size())
            .flatMap(chunk -> score(spec, chunk, done, after).iterator())
            .collectAsync();
    return () -> await(rows, work);
  }

  private static List<Row> score(
      EvaluationSpec spec, Chunk chunk, LongAccumulator done, TaskHook after) {
    List<Row> out = new ArrayList<>();
    try (ExecutorCache.Lease<EvaluationPart> part = spec.lease()) {
      ItemScorer.Work work =
          new ItemScorer.Work(chunk.task(), chunk.language(), chunk.identity(), chunk.items());
      for (ItemRow row : part.get().rows(work, chunk.from(), chunk.to())) {
        out.add(new Row(chunk.from() + out.size(), row.toLine()));
      }
    } catch (LensException e) {
      throw new LensException(Hosts.here() + ": " + e.getMessage(), e);
    }
    done.add(out.size());
    after.done(TaskContext.get());
    return out;
  }

  private static List<ItemRow> await(JavaFutureAction<List<Row>> rows, ItemScorer.Work work) {
    try {
      Map<Integer, String> lines = new LinkedHashMap<>();
      rows.get().forEach(row -> lines.putIfAbsent(row.item(), row.line()));
      List<ItemRow> out = new ArrayList<>();
      for (int i = 0; i < work.items(); i++) {
        out.add(ItemRow.fromLine(lines.get(i)));
      }
      return out;
    } catch (ExecutionException e) {
      throw Jobs.of(e.getCause());
    } catch (InterruptedException e) {
      rows.cancel(true);
      Thread.currentThread().interrupt();
      throw new LensException("interrupted while waiting for " + work.task(), e);
    }
  }
}
