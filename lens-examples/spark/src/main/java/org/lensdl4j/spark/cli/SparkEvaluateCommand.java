package org.lensdl4j.spark.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.lensdl4j.examples.cli.CacheOption;
import org.lensdl4j.examples.cli.EvaluationOptions;
import org.lensdl4j.examples.cli.ModelOption;
import org.lensdl4j.examples.cli.ProgressBars;
import org.lensdl4j.lab.evaluate.EvaluationPart;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.spark.SparkEvaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens spark-evaluate}. */
@Command(
    name = "spark-evaluate",
    description = {
      "Evaluates on Spark: as lens evaluate, items shared between tasks.",
      "Model, runs and data must be under the same paths on all machines. The same command given"
          + " again goes on with an evaluation that was interrupted."
    })
final class SparkEvaluateCommand implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Mixin private EvaluationOptions options;

  @Option(
      names = "--items",
      paramLabel = "N",
      description =
          "Items that a task of Spark scores. Default: ${DEFAULT-VALUE}. What is not a multiple of"
              + " it changes log-likelihoods by rounding.")
  private int items = EvaluationPart.ITEMS;

  @Mixin private CacheOption cache;
  @Mixin private SparkOptions spark;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SparkOptions.atLeast(spec, "--items", items, 1);
    try (TransformerModel opened = TransformerModel.open(model.path())) {
      options.tell(spec, opened); // before a cluster is started
    }
    try (ProgressBars bars = ProgressBars.onStandardError();
        JavaSparkContext started = spark.start(spec.commandLine().getErr())) {
      SparkEvaluation evaluation =
          SparkEvaluation.on(started)
              .model(model.path())
              .against(options.against)
              .rememberHashes(cache.hashes())
              .steer(options.steer)
              .project(options.project)
              .space(options.space)
              .data(options.data)
              .tasks(options.tasks.toArray(String[]::new))
              .languages(options.languages.codes().toArray(String[]::new))
              .central(options.languages.central())
              .limit(options.limit)
              .maxNewTokens(options.maxNewTokens)
              .system(options.system())
              .system(options.systemTurn)
              .sampled(options.temperature, options.answers)
              .seed(options.seed())
              .itemsPerTask(items)
              .progress(bars);
      options.runs.forEach(evaluation::run);
      ParallelCorpus texts = options.parallelTexts();
      if (texts != null) {
        evaluation.texts(texts, EvaluationOptions.MAX_TOKENS);
      }
      EvaluationResult result = evaluation.evaluate(options.out);
      spec.commandLine().getOut().print(result.stats());
      spec.commandLine().getOut().printf(Locale.ROOT, "Every item and figure: %s%n", options.out);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
