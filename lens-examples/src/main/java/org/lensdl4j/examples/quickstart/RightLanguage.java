package org.lensdl4j.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.StatePosition;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.lens.states.States;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.lensdl4j.lens.train.LanguageRequest;
import org.lensdl4j.lens.train.RequestCorpus;
import org.lensdl4j.lens.train.RequestMaker;
import org.lensdl4j.lens.train.RequestTraining;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;

/**
 * Makes a chat model answer in the language that it is asked for, in one output folder: finds the
 * languages' directions, steers along them, trains the same in, and asks all three models questions
 * that training did not see.
 */
public final class RightLanguage {
  /** A third of a language's direction, at the last layer. */
  private static final SteeringSetting STEERING = SteeringSetting.last(0.3);

  /** Behind and before the question: a request may stand anywhere. */
  private static final List<String> WORDINGS =
      List.of(
          "QUESTION Respond in LANGUAGE.",
          "Answer in LANGUAGE. QUESTION",
          "QUESTION Please write in LANGUAGE.",
          "In LANGUAGE, please: QUESTION");

  private static final String UNTOUCHED = "untouched";
  private static final int QUICK = 4;

  private final OutputFolder out;
  private final LensConfig config;
  private final boolean quick;
  private final StateCache cache;
  private final Progress progress;

  /**
   * A job; nothing is read or written before {@link #run}.
   *
   * @param config with a target
   * @param quick whether to ask few questions
   */
  public RightLanguage(
      OutputFolder out, LensConfig config, boolean quick, StateCache cache, Progress progress) {
    this.out = out;
    this.config = config;
    this.quick = quick;
    this.cache = cache;
    this.progress = progress;
  }

  /** Questions and texts that were written are those of the project. */
  public AnswersFound run(TransformerModel source) throws IOException {
    out.requireFree();
    OwnText.write(out.texts(), config.languages());
    LanguageSpace space = probe(source);
    Map<String, List<String>> answers = new LinkedHashMap<>();
    List<LanguageRequest> asked = new ArrayList<>(heldOut().items());
    ask(UNTOUCHED, source, asked, LanguageEdit.NONE, answers);
    ask("steered", source, asked, Steering.of(space, STEERING), answers);
    new RequestTraining(source, space, config, training(), cache)
        .progress(progress)
        .run(out.trainingRun());
    if (!Files.exists(out.written())) {
      export(LensResult.open(out.trainingRun(), source), source.gguf().isPresent());
    }
    try (TransformerModel trained = TransformerModel.open(out.written())) {
      ask("trained in", trained, asked, LanguageEdit.NONE, answers);
    }
    AnswersFound found = new AnswersFound(config, asked, answers);
    Files.writeString(out.answers(), found.jsonl());
    Files.writeString(out.picture(), found.svg());
    return found;
  }

  /** Exactly what was trained; beside a GGUF file's other tensors as they are. */
  private void export(LensResult result, boolean gguf) {
    if (gguf) {
      result.exportGguf(out.gguf(), null, Quickstart.EXACT);
    } else {
      result.export(out.model(), Quickstart.EXACT);
    }
  }

  private void ask(
      String column,
      TransformerModel model,
      List<LanguageRequest> asked,
      LanguageEdit edit,
      Map<String, List<String>> answers) {
    answers.put(column, Answer.all(model, config, asked, edit, "answers, " + column, progress));
  }

  private LanguageSpace probe(TransformerModel source) {
    Corpus texts =
        Corpus.jsonl(out.texts(), config.languages(), config.probeTexts(), OwnText.TRAIN);
    States states = States.of(source, cache).progress("probing", progress);
    return LanguageProbing.run(states, StatePosition.usual(source.config()), texts, config, null);
  }

  private RequestCorpus training() throws IOException {
    return RequestMaker.of(config.central(), config.targets())
        .wordings(WORDINGS)
        .make(questions(OwnText.TRAIN));
  }

  private RequestCorpus heldOut() throws IOException {
    return RequestMaker.of(config.central(), config.targets())
        .held(1)
        .make(questions(OwnText.HELD_OUT));
  }

  private Corpus questions(String split) throws IOException {
    Path folder = Files.createDirectories(out.questions());
    Path file = folder.resolve(OwnText.LANGUAGES.get(0) + ".jsonl");
    try (InputStream in = RightLanguage.class.getResourceAsStream("/requests/en.jsonl")) {
      Files.write(file, in.readAllBytes());
    }
    return Corpus.jsonl(folder, List.of(config.central()), quick ? QUICK : 0, split);
  }
}
