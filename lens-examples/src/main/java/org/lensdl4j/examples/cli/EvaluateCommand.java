package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.evaluate.Evaluation;
import org.lensdl4j.lens.evaluate.EvaluationResult;
import org.lensdl4j.lens.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import picocli.CommandLine.ArgGroup;
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
  private static final int MAX_TOKENS = 128;

  @Mixin private ModelOption model;
  @Mixin private CacheFolder cache;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Run folder of lens train to compare; may be given several times.")
  private List<Path> runs = List.of();

  @Option(
      names = "--against",
      paramLabel = "PATH",
      description = "Another model to compare, folder or .gguf file.")
  private Path against;

  @Option(
      names = "--steer",
      split = ",",
      paramLabel = "LAMBDA",
      description = "Also the training-free twin h + LAMBDA delta of each language.")
  private List<Double> steer = List.of();

  @Option(
      names = "--project",
      split = ",",
      paramLabel = "LAMBDA",
      description = "Also the training-free twin h - LAMBDA P h without the specific part.")
  private List<Double> project = List.of();

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description = "Language space for twins and states. Default: the first run's.")
  private Path space;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with <task>/<language>.jsonl, in the fields of the public data sets.")
  private Path data;

  @ArgGroup(
      exclusive = false,
      heading = "Parallel texts not trained on, to measure hidden states and bits per byte too:%n")
  private TextOptions texts;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Texts per language; 0 for all. Default: 100.")
  private int maxTexts = 100;

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "NAME",
      description =
          "Some of xcopa, xstorycloze, xwinograd, belebele, global_mmlu, m_mmlu, next_sentence,"
              + " lens-nlu, mgsm, fidelity. Default: all that have data.")
  private List<String> tasks = List.of();

  @Option(
      names = "--languages",
      split = ",",
      required = true,
      paramLabel = "CODE",
      description = "Languages, for example en,zh,sw.")
  private List<String> languages;

  @Option(
      names = "--central",
      paramLabel = "CODE",
      description = "The language that is not to get worse. Default: en.")
  private String central = "en";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Items of each task and language at most. Default: all.")
  private int limit;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Longest generated answer. Default: 256.")
  private int maxNewTokens = 256;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "System message of conversations. Default: You are a helpful assistant.")
  private String system = "You are a helpful assistant.";

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the bootstrap. Default: 42.")
  private long seed = 42;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write: new, empty, or of the same evaluation.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache);
        TransformerModel other = against == null ? null : TransformerModel.open(against)) {
      if (other != null) {
        other.rememberHash(cache.hashes());
      }
      Evaluation evaluation =
          Evaluation.of(opened)
              .data(data)
              .tasks(tasks.toArray(String[]::new))
              .languages(languages.toArray(String[]::new))
              .central(central)
              .limit(limit)
              .maxNewTokens(maxNewTokens)
              .system(system)
              .identifier(new LinguaIdentifier(languages))
              .seed(seed)
              .progress(bars);
      runs.forEach(evaluation::run);
      steer.forEach(evaluation::steer);
      project.forEach(evaluation::project);
      if (texts != null) {
        evaluation.texts(
            ParallelCorpus.jsonl(texts.folder, languages, central, maxTexts, texts.split),
            MAX_TOKENS);
      }
      if (other != null) {
        evaluation.against(other);
      }
      if (space != null) {
        evaluation.space(LanguageSpace.load(space));
      }
      EvaluationResult result = evaluation.evaluate(out);
      spec.commandLine().getOut().print(result.stats());
      spec.commandLine().getOut().printf("Every item and figure: %s%n", out);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
