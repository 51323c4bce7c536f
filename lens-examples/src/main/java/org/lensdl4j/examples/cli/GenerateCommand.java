package org.lensdl4j.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Backend;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.text.StreamingDecoder;
import org.lensdl4j.model.trunk.StateEdit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lens generate}. */
@Command(
    name = "generate",
    description = {
      "Lets a model answer prompts, or shows the answers of several models side by side with the"
          + " language each is in."
    })
final class GenerateCommand implements Callable<Integer> {
  /** One model, or several to compare. */
  static final class Models {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private ModelOption single;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Compared compared;
  }

  /** Models to compare. */
  static final class Compared {
    @Option(
        names = "--before",
        required = true,
        paramLabel = "PATH",
        description = "Model to compare with: Hugging Face directory or .gguf file.")
    private Path before;

    @Option(
        names = "--after",
        paramLabel = "PATH",
        description =
            "Another model, or a run of lens train; may be given several times. With --steer it may"
                + " be left out.")
    private List<Path> after = List.of();
  }

  @ArgGroup(multiplicity = "1")
  private Models models;

  @Mixin private PromptOptions prompts;
  @Mixin private SteerOptions steer;
  @Mixin private GenerationOptions options;
  @Mixin private CacheFolder cache;

  @Option(
      names = "--languages",
      split = ",",
      paramLabel = "CODE",
      description =
          "Languages to tell apart beside en, zh, ja, ko, ar, bn, sw, es, fr, de, pt, ru and hi.")
  private List<String> languages = List.of();

  @Option(names = "--json", description = "Print one line of JSON for each prompt.")
  private boolean json;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Columns of the terminal. Default: the variable COLUMNS, or 80.")
  private Integer width;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Sampling sampling = options.sampling();
    List<String> given = prompts.given();
    if (models.compared != null && models.compared.after.isEmpty() && !steer.given()) {
      throw new ParameterException(
          spec.commandLine(), "Missing option: --before needs --after=<PATH>, or --steer");
    }
    Backend backend = Backend.start();
    if (models.compared != null || json) {
      compare(given, sampling, backend);
    } else {
      answer(given, sampling, backend);
    }
    return 0;
  }

  /** Once the models are open: a model that cannot answer is told of in one line. */
  private void tell(Backend backend) {
    spec.commandLine().getErr().println(ProgressBars.line(backend));
  }

  private void answer(List<String> given, Sampling sampling, Backend backend) throws IOException {
    List<String> texts = given;
    if (texts.isEmpty()) {
      texts = List.of(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
      if (texts.get(0).isBlank()) {
        throw new LensException("the prompt is empty: give --prompt or write to standard input");
      }
    }
    try (TransformerModel opened = models.single.open(cache)) {
      List<StateEdit> edits = List.copyOf(steer.edits(opened).values());
      if (edits.size() > 1) {
        throw new ParameterException(
            spec.commandLine(),
            "option --steer: found %d steerings, expected one; --before compares several"
                .formatted(edits.size()));
      }
      StateEdit edit = edits.isEmpty() ? StateEdit.NONE : edits.get(0);
      answer(texts, opened, edit, sampling, backend);
    }
  }

  private void answer(
      List<String> texts,
      TransformerModel opened,
      StateEdit edit,
      Sampling sampling,
      Backend backend) {
    PrintWriter out = spec.commandLine().getOut();
    try (Generator generator = opened.generator()) {
      tell(backend);
      for (int i = 0; i < texts.size(); i++) {
        if (texts.size() > 1) {
          out.printf("%s> %s%n", i == 0 ? "" : System.lineSeparator(), texts.get(i));
        }
        StreamingDecoder decoder = opened.tokenizer().stream();
        Request request =
            new Request(options.ids(opened, texts.get(i)), sampling, options.maxNewTokens());
        TokenListener shown =
            token -> {
              out.print(decoder.next(token));
              out.flush();
              return true;
            };
        generator.generate(List.of(request.edited(edit).heardBy(shown)));
        out.println(decoder.flush());
      }
    }
  }

  private void compare(List<String> given, Sampling sampling, Backend backend) throws IOException {
    Path before = models.compared == null ? models.single.path : models.compared.before;
    List<Path> after = models.compared == null ? List.of() : models.compared.after;
    try (Speakers speakers = Speakers.open(before, after, steer, cache)) {
      tell(backend);
      Conversation conversation =
          new Conversation(speakers, new LinguaIdentifier(languages), sampling);
      for (String prompt : given) {
        conversation.ask(prompt);
      }
      if (given.isEmpty()) {
        conversation.askLines();
      }
      conversation.sum();
    }
  }

  /** Asks all models and prints what they say. */
  private final class Conversation {
    private final PrintWriter out = spec.commandLine().getOut();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Speakers speakers;
    private final LinguaIdentifier identifier;
    private final Sampling sampling;
    private final int[] same;
    private int asked;

    private Conversation(Speakers speakers, LinguaIdentifier identifier, Sampling sampling) {
      this.speakers = speakers;
      this.identifier = identifier;
      this.sampling = sampling;
      this.same = new int[speakers.all().size()];
    }

    private void askLines() throws IOException {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      invite();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          ask(line);
        }
        invite();
      }
      if (asked == 0) {
        throw new LensException("no prompt: give --prompt, or write lines to standard input");
      }
    }

    private void invite() {
      if (System.console() != null) {
        spec.commandLine().getErr().print("> ");
        spec.commandLine().getErr().flush();
      }
    }

    private void ask(String prompt) {
      List<Answered.Answer> answers = new ArrayList<>();
      for (Speakers.Speaker s : speakers.all()) {
        Request request =
            new Request(options.ids(s.model(), prompt), sampling, options.maxNewTokens());
        int[] ids = s.generator().generate(List.of(request.edited(s.edit()))).get(0).tokens();
        String text = s.model().tokenizer().decode(ids, true);
        String language = Answered.languageOf(text, identifier);
        answers.add(new Answered.Answer(s.name(), s.path(), text, ids.length, language));
      }
      Answered found = new Answered(prompt, Answered.languageOf(prompt, identifier), answers);
      asked++;
      for (int i = 0; i < same.length; i++) {
        same[i] += found.inPromptsLanguage(answers.get(i)) ? 1 : 0;
      }
      out.print(json ? found.json(mapper) + "\n" : found.text(columns()));
      out.flush();
    }

    private void sum() {
      if (!json && asked > 1) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < same.length; i++) {
          parts.add("%s %d".formatted(speakers.all().get(i).name(), same[i]));
        }
        out.printf("In the prompt's language, of %d: %s%n", asked, String.join(", ", parts));
        out.flush();
      }
    }
  }

  private int columns() {
    if (width != null) {
      return width;
    }
    String set = System.getenv("COLUMNS");
    return set != null && set.matches("[1-9]\\d{1,3}") ? Integer.parseInt(set) : 80;
  }
}
