package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.experiment.TrialsBuilder;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lab.search.SearchResult;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lens search}. */
@Command(
    name = "search",
    description = {
      "Searches settings of a run: trains and measures candidates, confirms the best on other texts.",
      "A search that was interrupted goes on with --resume; finished candidates are not repeated."
    })
public class SearchCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private SearchTexts texts;

  @Mixin private NamedLanguages languages;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "What to search: YAML, or JSON if it ends in .json. See --example.")
  private Path config;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write: new or empty, or of the same search with --resume.")
  private Path out;

  @Option(names = "--resume", description = "Go on with the search in the folder, if one is there.")
  private boolean resume;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "Candidates at once. Default: the configuration's, else as processors and memory allow.")
  private Integer parallel;

  @Mixin private CacheOption cache;

  /** As help, so that what is required otherwise is not asked for. */
  @Option(
      names = "--example",
      help = true,
      description = "Print an example configuration, and stop.")
  private boolean example;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter result = spec.commandLine().getOut();
    if (example) {
      result.print(SearchConfig.example());
      result.flush();
      return 0;
    }
    if (parallel != null && parallel < 1) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "option --parallel: found %d, expected at least 1", parallel));
    }
    Outputs.folderOf(out, "search", "identity.json");
    SearchConfig wanted = SearchConfig.read(config);
    List<String> all = languages.centralFirst();
    requireFit(wanted, all);
    texts.requireFit(wanted);
    requireNewUnlessResumed();
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel opened = model.open(cache)) {
      TrialsBuilder builder =
          Trials.of(opened)
              .central(languages.central())
              .targets(all.subList(1, all.size()))
              .cache(cache.states())
              .topLayers(wanted.most("topLayers"))
              .bitsPerByte(wanted.score().needsBits())
              .progress(bars);
      texts.to(builder, opened, all, wanted);
      int atOnce =
          parallel != null
              ? parallel
              : LensSearch.parallel(wanted, builder.bytes(wanted.largest(all)));
      builder.threads(Math.max(1, Runtime.getRuntime().availableProcessors() / atOnce));
      try (Trials trials = builder.build()) {
        SearchResult found =
            prepared(LensSearch.of(trials, wanted).parallel(atOnce), trials, wanted)
                .resume(resume)
                .setListeners(new SearchProgress(spec.commandLine().getErr(), atOnce))
                .run(out);
        print(result, found);
      }
    }
    return 0;
  }

  /** Before a model is opened. */
  private void requireFit(SearchConfig wanted, List<String> all) {
    try {
      wanted.space(all);
    } catch (LensException e) {
      throw new LensException(String.format(Locale.ROOT, "%s: %s", config, e.getMessage()), e);
    }
  }

  /** Here too, because only the command line can name what to give. */
  private void requireNewUnlessResumed() {
    if (!resume && Files.exists(out.resolve("identity.json"))) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "output folder %s holds a search: give --resume to go on with it, or name a new folder",
              out));
    }
  }

  /** What a search on other machines changes. */
  protected LensSearch prepared(LensSearch search, Trials trials, SearchConfig wanted) {
    return search;
  }

  /** Where the texts come from. */
  protected SearchTexts texts() {
    return texts;
  }

  /** Where states are kept. */
  protected CacheOption cache() {
    return cache;
  }

  private void print(PrintWriter result, SearchResult found) {
    result.print(found.stats());
    result.printf(Locale.ROOT, "Every candidate and figure: %s%n", out.resolve("search.json"));
    if (found.winner() != null) {
      Path run = found.winner().run();
      result.printf(Locale.ROOT, "Trained like the winner on other texts or for longer:%n");
      result.printf(
          Locale.ROOT,
          "  lens train --model %s --space %s --config %s %s --out RUN%n",
          model.path,
          run.resolve("space.safetensors"),
          out.resolve(LensSearch.WINNER_CONFIG),
          texts.options());
      result.printf(Locale.ROOT, "The winner as a model:%n");
      result.printf(
          Locale.ROOT, "  lens export --model %s --run %s --out MODEL%n", model.path, run);
    }
    result.flush();
  }
}
