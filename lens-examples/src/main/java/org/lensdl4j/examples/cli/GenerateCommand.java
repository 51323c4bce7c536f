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
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lensdl4j.lab.evaluate.fidelity.LinguaIdentifier;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Backend;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.generate.Generated;
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
  // Prompts after which answers of several models are shown.
  private static final int TOGETHER = 64;

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
      options.tell(opened);
      List<StateEdit> edits = List.copyOf(steer.edits(opened).values());
      if (edits.size() > 1) {
        throw new ParameterException(
            spec.commandLine(),
            String.format(
                Locale.ROOT,
                "option --steer: found %d steerings, expected one; --before compares several",
                edits.size()));
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
    try (Generator generator = opened.generator(options.batch())) {
      tell(backend);
      Written written = new Written(texts);
      List<Request> requests = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        requests.add(
            new Request(options.ids(opened, texts.get(i)), sampling, options.maxNewTokens())
                .edited(edit)
                .heardBy(written.text(i, opened.tokenizer().stream())));
      }
      GenerationTime time = new GenerationTime();
      GenerationTime.Start start = time.start();
      time.add(start, generator.generate(requests, (answer, i) -> written.ended(i)));
      if (texts.size() > 1) {
        spec.commandLine().getErr().println(time);
      }
    }
  }

  /** Prints texts in their order while they are generated side by side. */
  private final class Written {
    private final PrintWriter out = spec.commandLine().getOut();
    private final List<String> prompts;
    private final List<StringBuilder> held = new ArrayList<>();
    private final List<StreamingDecoder> decoders = new ArrayList<>();
    private final boolean[] over;
    // The first that has not ended; what it says is shown at once.
    private int shown;

    Written(List<String> prompts) {
      this.prompts = prompts;
      over = new boolean[prompts.size()];
    }

    TokenListener text(int index, StreamingDecoder decoder) {
      held.add(new StringBuilder());
      decoders.add(decoder);
      if (index == 0) {
        title();
      }
      return token -> {
        held.get(index).append(decoder.next(token));
        show();
        return true;
      };
    }

    void ended(int index) {
      held.get(index).append(decoders.get(index).flush()).append(System.lineSeparator());
      over[index] = true;
      show();
    }

    private void show() {
      print();
      while (shown < over.length && over[shown]) {
        shown++;
        if (shown < over.length) {
          title();
          print();
        }
      }
      out.flush();
    }

    private void title() {
      if (prompts.size() > 1) {
        String blank = shown == 0 ? "" : System.lineSeparator();
        out.printf(Locale.ROOT, "%s> %s%n", blank, prompts.get(shown));
      }
    }

    private void print() {
      if (shown < over.length) {
        out.print(held.get(shown));
        held.get(shown).setLength(0);
      }
    }
  }

  private void compare(List<String> given, Sampling sampling, Backend backend) throws IOException {
    Path before = models.compared == null ? models.single.path : models.compared.before;
    List<Path> after = models.compared == null ? List.of() : models.compared.after;
    try (Speakers speakers = Speakers.open(before, after, steer, cache, options.batch())) {
      tell(backend);
      speakers.all().forEach(speaker -> options.tell(speaker.model()));
      Conversation conversation =
          new Conversation(speakers, new LinguaIdentifier(languages), sampling);
      for (int i = 0; i < given.size(); i += TOGETHER) {
        conversation.ask(given.subList(i, Math.min(i + TOGETHER, given.size())));
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
    private final GenerationTime time = new GenerationTime();
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
          ask(List.of(line));
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

    /** All models answer some prompts; then the answers are shown. */
    private void ask(List<String> prompts) {
      List<List<Answered.Answer>> answers = new ArrayList<>();
      prompts.forEach(prompt -> answers.add(new ArrayList<>()));
      for (Speakers.Speaker s : speakers.all()) {
        List<Request> requests = new ArrayList<>();
        for (String prompt : prompts) {
          int[] ids = options.ids(s.model(), prompt);
          requests.add(new Request(ids, sampling, options.maxNewTokens()).edited(s.edit()));
        }
        GenerationTime.Start start = time.start();
        List<Generated> generated = s.generator().generate(requests);
        time.add(start, generated);
        for (int i = 0; i < generated.size(); i++) {
          int[] tokens = generated.get(i).tokens();
          String text = s.model().tokenizer().decode(tokens, true);
          String language = Answered.languageOf(text, identifier);
          answers
              .get(i)
              .add(new Answered.Answer(s.name(), s.path(), text, tokens.length, language));
        }
      }
      for (int i = 0; i < prompts.size(); i++) {
        show(prompts.get(i), answers.get(i));
      }
    }

    private void show(String prompt, List<Answered.Answer> answers) {
      Answered found = new Answered(prompt, Answered.languageOf(prompt, identifier), answers);
      asked++;
      for (int i = 0; i < same.length; i++) {
        same[i] += found.inPromptsLanguage(answers.get(i)) ? 1 : 0;
      }
      out.print(json ? found.json(mapper) + "\n" : found.text(columns()));
      out.flush();
    }

    private void sum() {
      if (asked > 1) {
        spec.commandLine().getErr().println(time);
      }
      if (!json && asked > 1) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < same.length; i++) {
          parts.add(String.format(Locale.ROOT, "%s %d", speakers.all().get(i).name(), same[i]));
        }
        out.printf(
            Locale.ROOT, "In the prompt's language, of %d: %s%n", asked, String.join(", ", parts));
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
