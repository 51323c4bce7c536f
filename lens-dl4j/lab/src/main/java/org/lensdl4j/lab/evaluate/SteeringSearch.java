package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.evaluate.LanguageQuestions.Judged;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generator;

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

  /**
   * Lets the untouched model and every candidate answer.
   *
   * @return the untouched model first
   * @throws LensException if a language is not identified, or a candidate has no direction of it
   */
  public List<SteeringTrial> run(List<Steering> candidates, Progress progress) {
    LanguageQuestions asked =
        new LanguageQuestions(model, questions, central, identifier, system, maxNewTokens);
    candidates.forEach(c -> questions.languages().forEach(c::in));
    List<SteeringTrial> out = new ArrayList<>();
    try (Generator generator = model.generator()) {
      List<Judged> plain = asked.answers(generator, null, UNTOUCHED, progress);
      out.add(trial(UNTOUCHED, null, plain));
      for (Steering steering : candidates) {
        String name = steering.setting().toString();
        out.add(
            trial(name, steering, asked.answers(generator, null, steering, plain, name, progress)));
      }
    }
    return out;
  }

  private SteeringTrial trial(String name, Steering steering, List<Judged> answers) {
    Map<String, Double> cross = new LinkedHashMap<>();
    Map<String, Double> mono = new LinkedHashMap<>();
    double[] english = new double[2];
    double repetition = 0;
    double tokens = 0;
    int others = 0;
    for (Judged answer : answers) {
      double right = answer.right() ? 1 : 0;
      if (answer.language().equals(central)) {
        english[0] += right;
        english[1]++;
        continue;
      }
      int of = questions.size(answer.cross() ? central : answer.language());
      (answer.cross() ? cross : mono).merge(answer.language(), right / of, Double::sum);
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
