package org.lensdl4j.examples.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lens analyse NAME}. */
@Command(
    name = "analyse",
    description = {
      "Looks into a model or a training run, one analysis a NAME.",
      "Each writes NAME.csv, NAME.svg and NAME.json into the folder --out and prints its finding."
    },
    subcommands = {
      AnalyseStates.Pca.class,
      AnalyseStates.Layers.class,
      AnalyseTraining.Terms.class,
      AnalyseTraining.Curve.class,
      AnalyseTraining.Bilingual.class,
      AnalyseTraining.Between.class,
      AnalyseTraining.Position.class,
      AnalyseCost.class
    })
final class AnalyseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
