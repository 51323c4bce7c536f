package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.evaluate.fidelity.Confusion;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.evaluate.tasks.Requests;
import org.lensdl4j.lab.measure.Repetition;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.trunk.StateEdit;

/**
 * Finds out how strongly, and at which layers, to steer: each candidate answers the same
 * development questions, asked in every language and in English with a request for the language.
 *
 * <pre>{@code
 * List<SteeringTrial> trials =
 *     SteeringSearch.of(model, questions, identifier).run(candidates, Progress.NONE);
 * Optional<SteeringTrial> best = SteeringSearch.best(trials);
 * }</pre>
 */
public final class SteeringSearch {
  private static final String UNTOUCHED = "untouched";

  private final TransformerModel model;
  private final Corpus questions;
  private final LanguageIdentifier identifier;
  private String central = "en";
  private String system = "You are a helpful assistant.";
  private int maxNewTokens = 40;

  private SteeringSearch(TransformerModel model, Corpus questions, LanguageIdentifier identifier) {
    this.model = model;
    this.questions = questions;
    this.identifier = identifier;
  }

  /**
   * A search.
   *
   * @param model stays open, and its owner's
   * @param questions in the central language and at least one other; English requests are made of
   *     those in the central one
   */
  public static SteeringSearch of(
      TransformerModel model, Corpus questions, LanguageIdentifier identifier) {
    return new SteeringSearch(model, questions, identifier);
  }

  /** The language that must be kept; English by default. */
  public SteeringSearch central(String language) {
    central = language;
    return this;
  }

  /** System turn of all requests. */
  public SteeringSearch system(String text) {
    system = text;
    return this;
  }

  /** Longest answer; by default 40 tokens. */
  public SteeringSearch maxNewTokens(int tokens) {
    maxNewTokens = tokens;
    return this;
  }

  /** A question, the language that its answer is to be in, and how it is asked. */
  private record Asked(String language, boolean cross, int[] prompt) {}

  /** An answer, judged. */
  private record Judged(boolean right, double repetition, int tokens) {}

  /**
   * Lets the untouched model and every candidate answer.
   *
   * @return the untouched model first
   * @throws LensException if a language is not identified, or a candidate has no direction of it
   */
  public List<SteeringTrial> run(List<Steering> candidates, Progress progress) {
    List<Asked> asked = asked();
    candidates.forEach(c -> questions.languages().forEach(c::in));
    List<SteeringTrial> out = new ArrayList<>();
    try (Generator generator = model.generator()) {
      List<Judged> plain = answers(generator, asked, LanguageEdit.NONE, null, UNTOUCHED, progress);
      out.add(trial(UNTOUCHED, null, asked, plain));
      for (Steering steering : candidates) {
        String name = steering.setting().toString();
        List<Judged> own = answers(generator, asked, steering, plain, name, progress);
        out.add(trial(name, steering, asked, own));
      }
    }
    return out;
  }

  private List<Asked> asked() {
    List<Asked> out = new ArrayList<>();
    if (!questions.languages().contains(central) || questions.languages().size() < 2) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "found questions in %s, expected some in %s and in another language",
              questions.languages(),
              central));
    }
    List<String> plain = questions.strings(central);
    for (String language : questions.languages()) {
      if (!identifier.knows(language)) {
        throw new LensException("the language identifier does not know " + language);
      }
      for (TextItem item : questions.texts(language)) {
        out.add(new Asked(language, false, prompt(item.text())));
      }
      for (int i = 0; i < plain.size(); i++) {
        String request = Requests.asking(plain.get(i), language, i);
        out.add(new Asked(language, true, prompt(request)));
      }
    }
    return out;
  }

  private int[] prompt(String text) {
    String whole = Conversation.render(model, system, List.of(ChatMessage.user(text)));
    return model.tokenizer().encode(whole);
  }

  /**
   * @param plain the untouched model's answers, which are those of every language that a steering
   *     does not change; null for none
   */
  private List<Judged> answers(
      Generator generator,
      List<Asked> asked,
      LanguageEdit steering,
      List<Judged> plain,
      String name,
      Progress progress) {
    Map<String, StateEdit> edits = new LinkedHashMap<>();
    questions.languages().forEach(l -> edits.put(l, steering.in(l)));
    List<Request> requests = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      StateEdit edit = edits.get(asked.get(i).language());
      if (plain == null || edit.lowest() <= model.config().layers()) {
        requests.add(
            new Request(asked.get(i).prompt(), Sampling.greedy(), maxNewTokens).edited(edit));
        numbers.add(i);
      }
    }
    int[] done = new int[1];
    List<Generated> answers =
        generator.generate(
            requests,
            (answer, i) -> progress.update("answers, " + name, ++done[0], requests.size()));
    List<Judged> out = new ArrayList<>();
    for (int i = 0, k = 0; i < asked.size(); i++) {
      boolean own = k < numbers.size() && numbers.get(k) == i;
      out.add(own ? judged(asked.get(i), answers.get(k++).tokens()) : plain.get(i));
    }
    return out;
  }

  private Judged judged(Asked asked, int[] tokens) {
    String text = model.tokenizer().decode(tokens, true);
    boolean right =
        Confusion.of(text, asked.language(), identifier).isIn(asked.language(), identifier);
    return new Judged(right, Repetition.of(text), tokens.length);
  }

  private SteeringTrial trial(
      String name, Steering steering, List<Asked> asked, List<Judged> answers) {
    Map<String, Double> cross = new LinkedHashMap<>();
    Map<String, Double> mono = new LinkedHashMap<>();
    double[] english = new double[2];
    double repetition = 0;
    double tokens = 0;
    int others = 0;
    for (int i = 0; i < asked.size(); i++) {
      Asked a = asked.get(i);
      Judged answer = answers.get(i);
      double right = answer.right() ? 1 : 0;
      if (a.language().equals(central)) {
        english[0] += right;
        english[1]++;
        continue;
      }
      int of = questions.size(a.cross() ? central : a.language());
      (a.cross() ? cross : mono).merge(a.language(), right / of, Double::sum);
      repetition += answer.repetition();
      tokens += answer.tokens();
      others++;
    }
    return new SteeringTrial(
        name, steering, cross, mono, english[0] / english[1], repetition / others, tokens / others);
  }

  /**
   * The steering with most answers in the right language among those that pass the guard; of equal
   * ones that which repeats itself least.
   *
   * @param trials the untouched model first
   */
  public static Optional<SteeringTrial> best(List<SteeringTrial> trials) {
    SteeringTrial untouched = trials.get(0);
    return trials.stream()
        .skip(1)
        .filter(t -> t.objection(untouched).isEmpty())
        .max(
            Comparator.comparingDouble((SteeringTrial t) -> Math.round(1e6 * t.right()))
                .thenComparing(t -> -t.repetition()));
  }
}
