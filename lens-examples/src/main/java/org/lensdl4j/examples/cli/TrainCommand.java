package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lensdl4j.examples.inspect.RunSummary;
import org.lensdl4j.lab.experiment.RetentionResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RequestTraining;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lens train}. */
@Command(
    name = "train",
    description = {
      "Trains the top layers of a model on parallel texts, or on requests for answers in a"
          + " language.",
      "The same command given again goes on with a run that was interrupted."
    })
final class TrainCommand implements Callable<Integer> {
  @Mixin private ModelOption model;

  @Option(
      names = "--space",
      required = true,
      paramLabel = "FILE",
      description = "Language space of this model, as lens probe writes it.")
  private Path space;

  /** Parallel texts or requests. */
  static final class Data {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private TextOptions texts;

    @Option(
        names = "--requests",
        required = true,
        paramLabel = "FILE",
        description =
            "JSON lines with prompt, language and, if the target needs it, answer: see lens"
                + " requests. Trained towards --target.")
    private Path requests;
  }

  @ArgGroup(multiplicity = "1")
  private Data data;

  @Mixin private LanguageOptions languages;
  @Mixin private final ConfigFlags training = ConfigFlags.training();
  @Mixin private RetentionOptions retention;
  @Mixin private CacheOption cache;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Run folder: new, empty, or of the same run.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.folderOf(out, "run", "run.json");
    LensConfig config = languages.config(spec, this::applyTo);
    LanguageSpace known = LanguageSpace.load(space);
    if (data.requests == null) {
      onTexts(config, known);
    } else {
      onRequests(config, known);
    }
    spec.commandLine().getOut().print(RunSummary.of(out));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private void applyTo(LensConfigBuilder config) {
    training.applyTo(config);
    if (data.requests != null && !config.hasTarget()) {
      config.target(RequestTarget.STATES);
    }
  }

  private void onTexts(LensConfig config, LanguageSpace known) {
    TextOptions texts = data.texts;
    retention.check(spec, texts);
    if (config.target().isOn()) {
      throw new ParameterException(
          spec.commandLine(), "--target is for --requests: parallel texts have none");
    }
    ParallelCorpus corpus =
        ParallelCorpus.jsonl(
            texts.folder, config.languages(), config.central(), config.trainTexts(), texts.split);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache)) {
      // Before the run folder is made.
      tell(opened, config);
      known.requireModel(opened.hash()).requireLanguages(config.languages(), config.central());
      RetentionResult found = null;
      LensConfig chosen = config;
      if (retention.given()) {
        PrintWriter to = spec.commandLine().getOut();
        found = retention.search(opened, known, config, corpus, texts, cache.states(), bars, to);
        chosen = found.chosen().config();
      }
      new TrainingJob(opened, known, chosen, corpus, cache.states()).progress(bars).run(out);
      if (found != null) {
        AtomicFile.write(out.resolve("retention.json"), found.toJson());
      }
    }
  }

  private void tell(TransformerModel opened, LensConfig config) {
    SystemText.tell(spec, opened, Prompting.training(config), languages.givesSystem(), false);
  }

  private void onRequests(LensConfig config, LanguageSpace known) {
    if (retention.given()) {
      throw new ParameterException(
          spec.commandLine(), "--retain-budget is for --texts: set --retain for requests");
    }
    RequestCorpus requests = RequestCorpus.jsonl(data.requests);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache)) {
      tell(opened, config);
      new RequestTraining(opened, known, config, requests, cache.states()).progress(bars).run(out);
    }
  }
}
