package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.lensdl4j.lab.experiment.Analysis;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What analyses read and where they write. */
final class AnalyseInputs {
  private static final int FEWEST_TO_PROBE = 10;

  @Mixin ModelOption model;
  @Mixin TextOptions texts;
  @Mixin LanguageOptions languages;
  @Mixin CacheOption cache;
  @Mixin PositionOption position;

  @Mixin private final MeasuredTexts measured = new MeasuredTexts(100);

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the analysis' files; may hold other analyses.")
  private Path out;

  /** The settings, the smallest number of texts to probe lowered to what is there. */
  LensConfig config(CommandSpec spec, Consumer<LensConfigBuilder> more) {
    Outputs.folder(out);
    return languages.config(spec, more);
  }

  /** Opens the model, and says where the system text goes. */
  TransformerModel open(CommandSpec spec, LensConfig config) {
    TransformerModel opened = model.open(cache);
    try {
      SystemText.tell(spec, opened, Prompting.training(config), languages.givesSystem(), false);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Texts that are not measured on, and texts that are. */
  record Parts(ParallelCorpus fit, ParallelCorpus measured) {
    /** Settings that these texts suffice for. */
    LensConfig fitting(LensConfig config) {
      int least = Math.min(config.minTexts(), Math.max(1, fit.size()));
      return config.toBuilder().minTexts(Math.min(least, FEWEST_TO_PROBE)).build();
    }
  }

  /** Both parts. */
  Parts parts(LensConfig config) {
    ParallelCorpus all =
        ParallelCorpus.jsonl(texts.folder, config.languages(), config.central(), 0, texts.split);
    if (measured.given()) {
      return new Parts(all, measured(config));
    }
    int aside = measured.atMost(all.size() / 3);
    if (aside == 0) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "%s has %d parallel texts, expected at least 3: one in three is measured on",
              texts.folder,
              all.size()));
    }
    int fit = all.size() - aside;
    return new Parts(all.part(0, fit), all.part(fit, all.size()));
  }

  /** Texts to measure on where nothing is fitted: all, unless some are named. */
  ParallelCorpus measured(LensConfig config) {
    return measured.some(texts, config.languages(), config.central());
  }

  /** Writes the files and prints the finding. */
  int write(Analysis analysis, CommandSpec spec) {
    return write(analysis, out, spec);
  }

  /** Writes the files and prints the finding. */
  static int write(Analysis analysis, Path out, CommandSpec spec) {
    analysis.write(out);
    spec.commandLine()
        .getOut()
        .printf(Locale.ROOT, "%s%n%s%n%n", analysis.title(), analysis.finding());
    for (String ending : new String[] {"svg", "csv", "json"}) {
      spec.commandLine().getOut().println(out.resolve(analysis.name() + "." + ending));
    }
    spec.commandLine().getOut().flush();
    return 0;
  }
}
