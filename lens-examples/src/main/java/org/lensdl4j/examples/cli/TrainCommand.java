package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lensdl4j.examples.inspect.RunSummary;
import org.lensdl4j.lab.experiment.RetentionResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.train.TrainingJob;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens train}. */
@Command(
    name = "train",
    description = {
      "Trains the top layers of a model on parallel texts.",
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

  @Mixin private TextOptions texts;
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
    LensConfig config = languages.config(spec, training::applyTo);
    retention.check(spec, texts);
    LanguageSpace known = LanguageSpace.load(space);
    ParallelCorpus corpus =
        ParallelCorpus.jsonl(
            texts.folder, config.languages(), config.central(), config.trainTexts(), texts.split);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache)) {
      // Before the run folder is made.
      known.requireModel(opened.hash()).requireLanguages(config.languages(), config.central());
      RetentionResult found = null;
      if (retention.given()) {
        PrintWriter to = spec.commandLine().getOut();
        found = retention.search(opened, known, config, corpus, texts, cache.states(), bars, to);
        config = found.chosen().config();
      }
      new TrainingJob(opened, known, config, corpus, cache.states()).progress(bars).run(out);
      if (found != null) {
        AtomicFile.write(out.resolve("retention.json"), found.toJson());
      }
    }
    spec.commandLine().getOut().print(RunSummary.of(out));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
