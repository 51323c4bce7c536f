package org.lensdl4j.examples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.evaluate.Evaluation;
import org.lensdl4j.lab.evaluate.EvaluationResult;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.export.ExportSurvival;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Measures a model beside runs, training-free twins and other models, on the same items.",
      "The same command given again goes on with an evaluation that was interrupted."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private CacheOption cache;

  @Option(
      names = "--exported",
      paramLabel = "PATH",
      description = {
        "What lens export wrote of this model: directory, .gguf file or adapter folder, measured as",
        "it is read from there; may be given several times."
      })
  private List<Path> exported = List.of();

  @Mixin private EvaluationOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.folder(options.out);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache);
        TransformerModel other =
            options.against == null ? null : TransformerModel.open(options.against)) {
      if (other != null) {
        other.rememberHash(cache.hashes());
      }
      options.tell(spec, opened);
      Evaluation evaluation =
          Evaluation.of(opened)
              .data(options.data)
              .tasks(options.tasks.toArray(String[]::new))
              .languages(options.languages.codes().toArray(String[]::new))
              .central(options.languages.central())
              .limit(options.limit)
              .maxNewTokens(options.maxNewTokens)
              .system(options.system())
              .system(options.systemTurn)
              .sampled(options.temperature, options.answers)
              .identifier(new LinguaIdentifier(options.languages.codes()))
              .seed(options.seed())
              .cache(cache.states())
              .progress(bars);
      options.runs.forEach(evaluation::run);
      exported.forEach(evaluation::exported);
      options.steer.forEach(evaluation::steer);
      options.project.forEach(evaluation::project);
      ParallelCorpus texts = options.parallelTexts();
      if (texts != null) {
        evaluation.texts(texts, EvaluationOptions.MAX_TOKENS);
      }
      if (other != null) {
        evaluation.against(other);
      }
      if (options.space != null) {
        evaluation.space(LanguageSpace.load(options.space));
      }
      EvaluationResult result = evaluation.evaluate(options.out);
      spec.commandLine().getOut().print(result.stats());
      if (options.runs.size() == 1) {
        exported.forEach(files -> survival(files, opened));
      }
      spec.commandLine().getOut().printf(Locale.ROOT, "Every item and figure: %s%n", options.out);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  /** Of the one run, what an exported model has of its change; an adapter said so itself. */
  private void survival(Path files, TransformerModel before) {
    if (Files.exists(files.resolve("adapter_config.json"))) {
      return;
    }
    try (TrainedWeights trained = TrainedWeights.load(options.runs.get(0), before);
        TransformerModel shipped = TransformerModel.open(files)) {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "exported %s: %s%n",
              files.toAbsolutePath().normalize().getFileName(),
              ExportSurvival.between(before.weights(), trained.arrays(), shipped.weights()).line());
    }
  }
}
