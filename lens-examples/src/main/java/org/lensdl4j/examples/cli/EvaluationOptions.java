package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.List;
import org.lensdl4j.lab.evaluate.SystemTurn;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What is evaluated, on what, and where to; of this machine's command and the cluster's. */
public final class EvaluationOptions {
  /** Longest text whose states are measured. */
  public static final int MAX_TOKENS = 128;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Run folder of lens train to compare; may be given several times.")
  public List<Path> runs = List.of();

  @Option(
      names = "--against",
      paramLabel = "PATH",
      description = "Another model to compare, folder or .gguf file.")
  public Path against;

  @Option(
      names = "--steer",
      split = ",",
      paramLabel = SteerOptions.LABEL,
      description = {
        "Also the model steered along each language's direction; may be several. "
            + SteerOptions.HELP
      })
  public List<String> steer = List.of();

  @Option(
      names = "--project",
      split = ",",
      paramLabel = "LAMBDA",
      description = "Also the training-free twin h - LAMBDA P h without the specific part.")
  public List<Double> project = List.of();

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description = "Language space for twins and states. Default: the first run's.")
  public Path space;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with <task>/<language>.jsonl, in the fields of the public data sets.")
  public Path data;

  @ArgGroup(
      exclusive = false,
      heading = "Parallel texts not trained on, to measure hidden states and bits per byte too:%n")
  private TextOptions texts;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Texts per language; 0 for all. Default: ${DEFAULT-VALUE}.")
  public int maxTexts = 100;

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "NAME",
      description =
          "Some of xcopa, xstorycloze, xwinograd, belebele, global_mmlu, m_mmlu, next_sentence,"
              + " lens-nlu, mgsm, fidelity, lcb, multiq, translate. Default: all that have data but the"
              + " last three, which take long.")
  public List<String> tasks = List.of();

  @Mixin public NamedLanguages languages;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Items of each task and language at most. Default: all.")
  public int limit;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Longest generated answer. Default: ${DEFAULT-VALUE}.")
  public int maxNewTokens = 256;

  @Option(
      names = "--system-turn",
      paramLabel = "WHICH",
      description =
          "System message of answers: english (the text of --system), own (in the language of the"
              + " answer) or none. Default: english.")
  public SystemTurn systemTurn = SystemTurn.ENGLISH;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "Of answers to lcb, multiq and translate; 0 takes the best token always. Default:"
              + " ${DEFAULT-VALUE}.")
  public double temperature;

  @Option(
      names = "--answers",
      paramLabel = "N",
      description =
          "Answers to each of these requests with --temperature, drawn with seeds 1 to N, whose"
              + " means are taken. Default: ${DEFAULT-VALUE}.")
  public int answers = 3;

  @Mixin private final ConfigFlags shared = ConfigFlags.of("systemPrompt", "seed");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write: new, empty, or of the same evaluation.")
  public Path out;

  /** System message of conversations. */
  public String system() {
    return shared.orDefault("systemPrompt");
  }

  /**
   * Says where the system text goes in a model's prompts.
   *
   * @throws LensException if one was given that goes nowhere
   */
  public void tell(CommandSpec spec, TransformerModel model) {
    boolean given = shared.value("systemPrompt") != null;
    if (given && !system().isEmpty() && systemTurn != SystemTurn.ENGLISH && texts == null) {
      throw new LensException(
          "option --system: --system-turn "
              + systemTurn.id()
              + " uses no other text, so this one would go nowhere; leave one of the two out");
    }
    Prompting prompting = Prompting.whole(system(), Math.max(1, model.config().maxPositions()));
    SystemText.tell(spec, model, prompting, given, false);
  }

  /** Seed of the bootstrap. */
  public long seed() {
    return shared.<Long>orDefault("seed");
  }

  /** The parallel texts, or null if none are named. */
  public ParallelCorpus parallelTexts() {
    return texts == null
        ? null
        : ParallelCorpus.jsonl(
            texts.folder, languages.codes(), languages.central(), maxTexts, texts.split);
  }
}
