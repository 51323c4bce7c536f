package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.experiment.CostTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens analyse cost}: needs run folders only. */
@Command(
    name = "cost",
    description = "Time, memory, tokens and trained share of runs, of Lens and of its baselines.")
final class AnalyseCost implements Callable<Integer> {
  @Option(
      names = "--run",
      required = true,
      paramLabel = "RUN",
      description =
          "Run folder of lens train or instruction tuning, or a JSON file with the figures of a run"
              + " that another program made (docs/analysis.md); may be given several times.")
  private List<Path> runs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the analysis' files; may hold other analyses.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.folder(out);
    return AnalyseInputs.write(CostTable.of(runs).analysis(), out, spec);
  }
}
