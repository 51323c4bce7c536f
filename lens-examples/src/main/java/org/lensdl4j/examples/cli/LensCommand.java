package org.lensdl4j.examples.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code lens}: probes a language model, trains its top layers and writes it back.
 *
 * <p>Exit codes: 0 done, 1 the work failed, 2 the command line cannot be understood.
 */
@Command(
    name = "lens",
    version = "Lens for Deeplearning4j 0.1.0-SNAPSHOT",
    description = {
      "Finds the language spaces of a model and trains its top layers on them.",
      "On Spark, built when first asked for: spark-probe, spark-evaluate, spark-search"
          + " (docs/scaling.md).",
      "With a live page, built when first asked for: search-ui (docs/search.md)."
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed; one line on standard error says why",
      "2:the command line cannot be understood"
    })
public final class LensCommand implements Callable<Integer> {

  private static final char UNREADABLE = '\uFFFD'; // Java puts it in the place of such bytes

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show stack traces and everything that libraries say.")
  boolean verbose;

  @Spec CommandSpec spec;

  private LensCommand() {}

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Digits in files, pictures and tables are the same for everybody.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    System.exit(run(System.out, System.err, args));
  }

  /**
   * Runs a command.
   *
   * @param out where the result goes
   * @param err where progress and errors go
   * @return the exit code
   */
  public static int run(PrintStream out, PrintStream err, String... args) {
    // SameDiff and others print to System.out on their own; the result must not be mixed with it.
    PrintStream before = System.out;
    PrintStream muted =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    if (List.of(args).stream().anyMatch(arg -> arg.indexOf(UNREADABLE) >= 0)) {
      err.println(
          "lens: the command line holds bytes that are no text in the encoding "
              + System.getProperty("sun.jnu.encoding")
              + "; write it in UTF-8 and set LC_ALL to a locale that is there, as C.UTF-8");
      return CommandLine.ExitCode.USAGE;
    }
    boolean wantsAll = List.of(args).stream().anyMatch(LensCommand::isVerbose);
    System.setOut(wantsAll ? err : muted);
    try {
      return commandLine(out, err).execute(args);
    } catch (OutOfMemoryError e) {
      err.println(
          "lens: out of memory: " + Failures.oneLine(e) + " (LENS_HEAP=4g raises the heap)");
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      System.setOut(before);
    }
  }

  private static boolean isVerbose(String arg) {
    return arg.equals("-v") || arg.equals("--verbose");
  }

  static CommandLine commandLine(PrintStream out, PrintStream err) {
    LensCommand top = new LensCommand();
    CommandLine line = new CommandLine(top);
    line.addSubcommand(new QuickstartCommand());
    line.addSubcommand(new ImportCommand());
    line.addSubcommand(new ProbeCommand());
    line.addSubcommand(new RequestsCommand());
    line.addSubcommand(new TrainCommand());
    line.addSubcommand(new ExportCommand());
    line.addSubcommand(new ControlVectorCommand());
    line.addSubcommand(new EvaluateCommand());
    line.addSubcommand(new AnalyseCommand());
    line.addSubcommand(new SearchCommand());
    line.addSubcommand(new ReportCommand());
    line.addSubcommand(new SteerCommand());
    line.addSubcommand(new GenerateCommand());
    line.addSubcommand(new PromptCommand());
    line.addSubcommand(new InspectCommand());
    ServiceLoader.load(MoreCommands.class)
        .forEach(more -> more.commands().forEach(line::addSubcommand));
    // What goes into a file or a pipe is exact.
    line.setOut(
        Boolean.getBoolean("lens.terminal.out")
            ? new PrintWriter(
                new ShownText(new OutputStreamWriter(out, StandardCharsets.UTF_8)), true)
            : new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Failures::usage);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> Failures.work(e, command, top.verbose));
    return line;
  }
}
