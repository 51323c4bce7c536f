package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LensConfigBuilder;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.train.RequestAnswers;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RequestMaker;
import org.lensdl4j.model.TransformerModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lens requests}. */
@Command(
    name = "requests",
    description = {
      "Makes requests for answers in a language out of questions, for lens train --requests.",
      "With a model, their answers are its own, steered towards the language that is asked for."
    })
final class RequestsCommand implements Callable<Integer> {
  @Mixin private TextOptions texts;
  @Mixin private LanguageOptions languages;

  @Mixin
  private final ConfigFlags flags =
      ConfigFlags.of("trainTexts", "answerMaxTokens").with("answerMaxTokens", 40);

  @Option(
      names = "--wording",
      paramLabel = "TEXT",
      description =
          "What asks for the language, with LANGUAGE for its English name, behind the question or"
              + " around QUESTION; may be given several times, and they take turns. Default:"
              + " Respond, Reply, Answer and Write in LANGUAGE.")
  private List<String> wordings = List.of();

  @Option(
      names = "--name",
      split = ",",
      paramLabel = "CODE=NAME",
      description = "What a language is called in requests. Default: its English name.")
  private Map<String, String> names = Map.of();

  @Option(
      names = "--own",
      description = "Ask the questions in the languages themselves, too: DIR has them.")
  private boolean own;

  @Option(
      names = "--held",
      paramLabel = "N",
      description =
          "How often each question is asked in the central language alone. Default:"
              + " ${DEFAULT-VALUE}.")
  private int held = 2;

  /** Whose answers. */
  static final class Answering {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private ModelOption model;

    @Option(
        names = "--space",
        required = true,
        paramLabel = "FILE",
        description = "Language space of this model: what it is steered along.")
    private Path space;

    @Option(
        names = "--steer",
        paramLabel = "[LAYERS:]STRENGTH",
        defaultValue = "0.3",
        description =
            "How it is steered while answering; LAYERS as in 12, 8-16 or all, STRENGTH in lengths"
                + " of the direction, or with u as a share of the state's; or a steering's file. Default:"
                + " ${DEFAULT-VALUE}.")
    private String steer;
  }

  @ArgGroup(exclusive = false)
  private Answering answering;

  @Mixin private CacheOption cache;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where they go.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Outputs.file(out);
    LensConfig config = languages.config(spec, this::applyTo);
    List<String> read = own ? config.languages() : List.of(config.central());
    Corpus questions = Corpus.jsonl(texts.folder, read, config.trainTexts(), texts.split);
    RequestCorpus requests =
        RequestMaker.of(config.central(), config.targets())
            .wordings(wordings)
            .names(names)
            .own(own)
            .held(held)
            .make(questions);
    int asked = requests.size();
    if (answering != null) {
      requests = answered(requests, config);
    }
    requests.write(out);
    PrintWriter to = spec.commandLine().getOut();
    to.printf(
        Locale.ROOT,
        "%d requests%s in %s%n",
        requests.size(),
        answering == null ? "" : String.format(Locale.ROOT, ", of %d asked, with answers", asked),
        out);
    to.flush();
    return 0;
  }

  private void applyTo(LensConfigBuilder config) {
    flags.applyTo(config);
    if (!config.hasTarget()) {
      config.target(RequestTarget.STATES);
    }
  }

  private RequestCorpus answered(RequestCorpus requests, LensConfig config) {
    LanguageSpace space =
        LanguageSpace.load(answering.space).requireLanguages(config.languages(), config.central());
    Steering steering = Steering.named(answering.steer, space);
    try (ProgressBars bars = ProgressBars.computing();
        TransformerModel model = answering.model.open(cache)) {
      Prompting prompting = Prompting.training(config);
      SystemText.tell(spec, model, prompting, languages.givesSystem(), false);
      space.requireModel(model.hash());
      return new RequestAnswers(model, prompting, config.answerMaxTokens())
          .progress(bars)
          .to(requests, steering.requireModel(model.hash()));
    }
  }
}
