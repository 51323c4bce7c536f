package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.experiment.Analysis;
import org.lensdl4j.lab.experiment.StateAnalyses;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.model.TransformerModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens analyse pca} and {@code layers}: what hidden states look like. */
abstract class AnalyseStates implements Callable<Integer> {
  @Mixin private AnalyseInputs inputs;

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Run folder of lens train: before and after side by side.")
  private Path run;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description =
          "Language space, as lens probe writes it. Default: the run's; without a run it is probed"
              + " on texts that are not measured on.")
  private Path space;

  @Spec private CommandSpec spec;

  /** {@code lens analyse pca}. */
  @Command(
      name = "pca",
      description =
          "Principal components of final states in the raw, the agnostic and the specific space.")
  static final class Pca extends AnalyseStates {
    @Override
    Analysis analyse(StateAnalyses analyses) {
      return analyses.pca().analysis();
    }
  }

  /** {@code lens analyse layers}. */
  @Command(
      name = "layers",
      description =
          "Energy in the two subspaces, separability of languages and retrieval after every layer.")
  static final class Layers extends AnalyseStates {
    @Override
    Analysis analyse(StateAnalyses analyses) {
      return analyses.layers().analysis();
    }
  }

  abstract Analysis analyse(StateAnalyses analyses);

  @Override
  public Integer call() {
    LensConfig config = inputs.config(spec, b -> {});
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel model = inputs.open(spec, config)) {
      StateAnalyses analyses =
          StateAnalyses.of(model)
              .system(config.systemPrompt())
              .maxTokens(config.trainMaxTokens())
              .seed(config.seed())
              .cache(inputs.cache.states())
              .progress(bars);
      if (run != null) {
        analyses.run(run);
      }
      if (space != null) {
        analyses.space(LanguageSpace.load(space));
      }
      if (run == null && space == null) {
        AnalyseInputs.Parts parts = inputs.parts(config);
        analyses.space(probed(model, parts, parts.fitting(config), bars)).texts(parts.measured());
      } else {
        analyses.texts(inputs.measured(config));
        inputs.position.check(analyses.space(), model);
      }
      return inputs.write(analyse(analyses).with(analyses.options()), spec);
    }
  }

  private LanguageSpace probed(
      TransformerModel model, AnalyseInputs.Parts parts, LensConfig config, ProgressBars bars) {
    return LanguageProbing.run(
        States.of(model, inputs.cache.states()).progress("probing", bars),
        inputs.position.of(model),
        parts.fit().corpus(),
        config,
        null);
  }
}
