package org.lensdl4j.examples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lens report}. */
@Command(
    name = "report",
    description = {
      "Writes one HTML page about runs: verdict, figures, pictures, samples, settings, costs.",
      "The page needs no network. No model is opened: what was measured is read from folders."
    })
final class ReportCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      description = "Run folders of lens train; several are compared.")
  private List<Path> runs = List.of();

  @Option(
      names = "--evaluation",
      paramLabel = "DIR",
      description = "Folder of lens evaluate; may be given several times.")
  private List<Path> evaluations = List.of();

  @Option(
      names = "--analysis",
      paramLabel = "DIR",
      description = "Folder of lens analyse; may be given several times.")
  private List<Path> analyses = List.of();

  @Option(
      names = "--search",
      paramLabel = "DIR",
      description = "Folder of lens search; may be given several times.")
  private List<Path> searches = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "HTML file to write; one that is there is replaced.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.file(out);
    Report report = Report.of(runs.toArray(Path[]::new));
    evaluations.forEach(report::evaluation);
    analyses.forEach(report::analysis);
    searches.forEach(report::search);
    report.write(out);
    spec.commandLine().getOut().println(out);
    return 0;
  }
}
