package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.evaluate.fidelity.Confusion;
import org.lensdl4j.lab.evaluate.fidelity.LanguageIdentifier;
import org.lensdl4j.lab.evaluate.tasks.Requests;
import org.lensdl4j.lab.measure.Repetition;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.TextItem;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.text.ChatMessage;
import org.lensdl4j.model.trunk.StateEdit;
import org.lensdl4j.model.trunk.Variant;

/**
 * Questions that tell in which language a model answers: each is asked in every language, and in
 * the central one with a request for the language, in wordings that take turns.
 *
 * <p>By language come first the questions in it, then the requests for it, each in the order of the
 * texts. Answers are the likeliest tokens.
 */
public final class LanguageQuestions {
  private final TransformerModel model;
  private final Corpus texts;
  private final LanguageIdentifier identifier;
  private final int maxNewTokens;
  private final List<Asked> all = new ArrayList<>();

  /** A question, the language that its answer is to be in, and how it is asked. */
  private record Asked(String language, boolean cross, int[] prompt) {}

  /**
   * An answer.
   *
   * @param language that it was to be in
   * @param cross whether the central language asked for it
   * @param right whether it is in it
   * @param repetition share of repeated 3-grams
   * @param tokens its length
   */
  public record Judged(
      String language, boolean cross, boolean right, double repetition, int tokens) {}

  /**
   * Prepares them.
   *
   * @param model stays open, and its owner's
   * @param texts in the central language and at least one other
   * @param system turn of all of them
   * @param maxNewTokens longest answer
   * @throws LensException if there is one language only, or the identifier does not know one
   */
  public LanguageQuestions(
      TransformerModel model,
      Corpus texts,
      String central,
      LanguageIdentifier identifier,
      String system,
      int maxNewTokens) {
    model.config().requireDecoder("asking questions");
    this.model = model;
    this.texts = texts;
    this.identifier = identifier;
    this.maxNewTokens = maxNewTokens;
    if (!texts.languages().contains(central) || texts.languages().size() < 2) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "found questions in %s, expected some in %s and in another language",
              texts.languages(),
              central));
    }
    List<String> plain = texts.strings(central);
    for (String language : texts.languages()) {
      if (!identifier.knows(language)) {
        throw new LensException("the language identifier does not know " + language);
      }
      for (TextItem item : texts.texts(language)) {
        all.add(new Asked(language, false, prompt(system, item.text())));
      }
      for (int i = 0; i < plain.size(); i++) {
        String request = Requests.asking(plain.get(i), language, i);
        all.add(new Asked(language, true, prompt(system, request)));
      }
    }
  }

  private int[] prompt(String system, String text) {
    String whole = Conversation.render(model, system, List.of(ChatMessage.user(text)));
    return model.tokenizer().encode(whole);
  }

  /** The languages. */
  public List<String> languages() {
    return texts.languages();
  }

  /** Identity of the questions and of how they are asked. */
  public String fingerprint() {
    return texts.hash() + " " + maxNewTokens;
  }

  /**
   * Lets a model answer them.
   *
   * @param generator of the model
   * @param variant one of the generator's, or null for its own weights
   */
  public List<Judged> answers(
      Generator generator, Variant variant, String name, Progress progress) {
    return answers(generator, variant, LanguageEdit.NONE, null, name, progress);
  }

  /**
   * Lets a steered model answer them.
   *
   * @param plain the untouched model's answers, which are those of every language that the steering
   *     does not change; null for none
   */
  List<Judged> answers(
      Generator generator,
      Variant variant,
      LanguageEdit steering,
      List<Judged> plain,
      String name,
      Progress progress) {
    Map<String, StateEdit> edits = new LinkedHashMap<>();
    texts.languages().forEach(l -> edits.put(l, steering.in(l)));
    List<Request> requests = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      StateEdit edit = edits.get(all.get(i).language());
      if (plain == null || edit.lowest() <= model.config().layers()) {
        Request request = new Request(all.get(i).prompt(), Sampling.greedy(), maxNewTokens);
        requests.add((variant == null ? request : request.by(variant)).edited(edit));
        numbers.add(i);
      }
    }
    int[] done = new int[1];
    List<Generated> answers =
        generator.generate(
            requests,
            (answer, i) -> progress.update("answers, " + name, ++done[0], requests.size()));
    List<Judged> out = new ArrayList<>();
    for (int i = 0, k = 0; i < all.size(); i++) {
      boolean own = k < numbers.size() && numbers.get(k) == i;
      out.add(own ? judged(all.get(i), answers.get(k++).tokens()) : plain.get(i));
    }
    return out;
  }

  private Judged judged(Asked asked, int[] tokens) {
    String text = model.tokenizer().decode(tokens, true);
    boolean right =
        Confusion.of(text, asked.language(), identifier).isIn(asked.language(), identifier);
    return new Judged(asked.language(), asked.cross(), right, Repetition.of(text), tokens.length);
  }
}
