package org.lensdl4j.lab.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.evaluate.tasks.EvaluationTasks;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * An evaluation: which model, beside which runs, twins and other models, on which tasks and
 * languages.
 *
 * <pre>{@code
 * EvaluationResult result =
 *     Evaluation.of(model)
 *         .run(Path.of("runs/zh-sw"))
 *         .data(Path.of("data")).tasks("xcopa", "mgsm").languages("en", "zh", "sw")
 *         .evaluate(Path.of("evaluation")); // goes on where an interrupted one stopped
 * System.out.println(result.stats());
 * }</pre>
 *
 * <p>The model itself is the first column, {@value #BEFORE}, and all others are compared with it.
 * The layers that columns share run once for all of them. Data are {@code
 * <data>/<task>/<language>.jsonl}, in the fields of the public data sets.
 *
 * <p>Of an encoder, only hidden states of texts are measured: tasks and bits per byte need a head
 * that continues a text.
 */
public final class Evaluation {
  /** Name of the column of the model itself. */
  public static final String BEFORE = "before";

  final TransformerModel model;
  final List<Path> runs = new ArrayList<>();
  final List<SteeringSetting> steer = new ArrayList<>();
  final Map<String, Steering> steerings = new LinkedHashMap<>();
  final List<Double> project = new ArrayList<>();
  final List<Path> exported = new ArrayList<>();
  TransformerModel against;
  LanguageSpace space;
  Path data;
  List<String> tasks = List.of();
  List<String> languages = List.of("en");
  String central = "en";
  int limit;
  long seed = 42;
  int maxNewTokens = 256;
  String system = "You are a helpful assistant.";
  SystemTurn systemTurn = SystemTurn.ENGLISH;
  double temperature;
  int answers = 1;
  LanguageIdentifier identifier;
  ItemScorer scorer;
  ParallelCorpus texts;
  int maxTokens = 128;
  StateCache cache;
  int threads = Runtime.getRuntime().availableProcessors();
  Progress progress = Progress.NONE;

  private Evaluation(TransformerModel model) {
    this.model = model;
  }

  /**
   * Begins with the model to compare others with.
   *
   * @param model stays open, and its owner's
   */
  public static Evaluation of(TransformerModel model) {
    return new Evaluation(model);
  }

  /** Adds a finished run of this model; its folder's name becomes the column's. */
  public Evaluation run(Path run) {
    runs.add(run);
    return this;
  }

  /**
   * Adds what is shipped, as it lies in its files: an exported directory, GGUF file or adapter
   * folder of this model. The column is {@code exported} and the file's name.
   */
  public Evaluation exported(Path files) {
    exported.add(files);
    return this;
  }

  /** Adds another model, with its own tokenizer; it shares nothing. */
  public Evaluation against(TransformerModel other) {
    against = other;
    return this;
  }

  /** The space that twins and state measures use; by default the first run's. */
  public Evaluation space(LanguageSpace value) {
    space = value;
    return this;
  }

  /** Adds the training-free twin h + lambda delta_l, of the last layer's states. */
  public Evaluation steer(double lambda) {
    return steer(SteeringSetting.last(lambda));
  }

  /** Adds the model steered along the space's directions: the column {@code steer SETTING}. */
  public Evaluation steer(SteeringSetting setting) {
    steer.add(setting);
    return this;
  }

  /**
   * Adds the model steered, by a setting or by a steering's file, whose name becomes the column's.
   *
   * @throws LensException if it is neither
   */
  public Evaluation steer(String named) {
    if (!Steering.isFile(named)) {
      return steer(SteeringSetting.parse(named));
    }
    String name = String.valueOf(Path.of(named).getFileName());
    return steer(name.replaceFirst("\\.safetensors$", ""), Steering.load(Path.of(named)));
  }

  /**
   * Adds the model under a steering.
   *
   * @param name the column's, after {@code steer}
   * @throws LensException if the name was given before
   */
  public Evaluation steer(String name, Steering steering) {
    if (steerings.put(name, steering) != null) {
      throw new LensException(String.format(Locale.ROOT, "steering %s is given twice", name));
    }
    return this;
  }

  /** Adds the training-free twin h - lambda P_S h. */
  public Evaluation project(double lambda) {
    project.add(finite("project", lambda));
    return this;
  }

  private static double finite(String option, double lambda) {
    if (Double.isNaN(lambda) || Double.isInfinite(lambda)) {
      throw new LensException(
          String.format(Locale.ROOT, "option %s: found %s, expected a number", option, lambda));
    }
    return lambda;
  }

  /** The folder that holds a folder per task. */
  public Evaluation data(Path folder) {
    data = folder;
    return this;
  }

  /**
   * The tasks, by name; by default all that have data but requests for a language, which take long.
   *
   * @throws LensException for an unknown name
   */
  public Evaluation tasks(String... names) {
    tasks = List.of(names);
    EvaluationTasks.named(tasks);
    return this;
  }

  /** The languages, by the names of their files; by default English. */
  public Evaluation languages(String... names) {
    languages = List.of(names);
    return this;
  }

  /** The language that is not to get worse, left out of pooled figures; by default en. */
  public Evaluation central(String language) {
    central = language;
    return this;
  }

  /** Items of each task and language at most, from the start of the file; 0 for all. */
  public Evaluation limit(int items) {
    if (items < 0) {
      throw new LensException(
          String.format(Locale.ROOT, "option limit: found %d, expected 0 or more", items));
    }
    limit = items;
    return this;
  }

  /** Longest generated answer in tokens; by default 256, as lm-evaluation-harness has it. */
  public Evaluation maxNewTokens(int tokens) {
    if (tokens < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "option maxNewTokens: found %d, expected 1 or more", tokens));
    }
    maxNewTokens = tokens;
    return this;
  }

  /** System turn of conversations; by default "You are a helpful assistant." */
  public Evaluation system(String text) {
    system = text;
    return this;
  }

  /** In which language the system turn of conversations and requests is; by default English. */
  public Evaluation system(SystemTurn kind) {
    systemTurn = kind;
    return this;
  }

  /** The system turn of a task in a language; null for none. */
  String systemTurn(String language) {
    return systemTurn.text(system, language);
  }

  /**
   * How answers to requests are chosen; by default the best token always.
   *
   * @param temperature above 0 answers are drawn
   * @param times how many answers of each request are drawn and averaged, with seeds from 1
   */
  public Evaluation sampled(double temperature, int times) {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new LensException(
          String.format(
              Locale.ROOT, "option temperature: found %s, expected 0 or more", temperature));
    }
    if (times < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "option answers: found %d, expected 1 or more", times));
    }
    this.temperature = temperature;
    answers = temperature == 0 ? 1 : times;
    return this;
  }

  /** Who says in which language answers are; without one, tasks that ask it are refused. */
  public Evaluation identifier(LanguageIdentifier value) {
    identifier = value;
    return this;
  }

  /** Who scores the items of tasks, in place of this process. */
  public Evaluation scoredBy(ItemScorer elsewhere) {
    scorer = elsewhere;
    return this;
  }

  /**
   * Parallel texts that nothing was trained on, to measure hidden states and bits per byte of.
   *
   * @param corpus its central language is the one that others are compared with
   * @param longest tokens of a prompt, template included
   */
  public Evaluation texts(ParallelCorpus corpus, int longest) {
    texts = corpus;
    maxTokens = longest;
    return this;
  }

  /** Seed of the bootstrap; by default 42. */
  public Evaluation seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Threads that texts go through the layers on; by default as many as there are processors. Does
   * not change a bit of the result.
   */
  public Evaluation threads(int count) {
    if (count < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "option threads: found %d, expected 1 or more", count));
    }
    threads = count;
    return this;
  }

  /** Where states are kept for the next evaluation with this model; nowhere by default. */
  public Evaluation cache(StateCache states) {
    cache = states;
    return this;
  }

  /** Who hears about the progress. */
  public Evaluation progress(Progress listener) {
    progress = listener;
    return this;
  }

  /**
   * Measures everything.
   *
   * @param out a new or empty folder, or one of the same evaluation, whose finished tasks are not
   *     measured again
   * @throws LensException if data are missing or wrong, or the folder is of another evaluation
   */
  public EvaluationResult evaluate(Path out) {
    try (Columns columns = Columns.open(this)) {
      return new EvaluationJob(this, columns, out).run();
    }
  }
}
