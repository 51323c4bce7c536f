package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generated;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;

/**
 * A model's own answers to requests, under a steering: what is trained in needs no labelled data.
 * Greedy, so that the same model answers alike.
 *
 * <pre>{@code
 * RequestCorpus answered =
 *     new RequestAnswers(model, Prompting.training(config), 40)
 *         .to(requests, Steering.of(space, SteeringSetting.parse("0.3")));
 * }</pre>
 */
public final class RequestAnswers {
  private final TransformerModel model;
  private final InstructionEncoder encoder;
  private final int maxTokens;
  private Progress progress = Progress.NONE;

  /**
   * Answers of a model.
   *
   * @param model stays the caller's
   * @param maxTokens longest answer
   */
  public RequestAnswers(TransformerModel model, Prompting prompting, int maxTokens) {
    this.model = model;
    this.maxTokens = maxTokens;
    encoder = new InstructionEncoder(model, prompting, maxTokens);
  }

  /** Who hears how far the work has come. */
  public RequestAnswers progress(Progress listener) {
    progress = listener;
    return this;
  }

  /**
   * The requests with the model's answers in place of those that they have. What is said nothing to
   * is left out.
   *
   * @param steering towards the language of each request; in the central language it does nothing
   * @throws LensException if the steering has no direction of a language, or nothing is answered
   */
  public RequestCorpus to(RequestCorpus requests, LanguageEdit steering) {
    List<Request> asked = new ArrayList<>();
    for (LanguageRequest item : requests.items()) {
      asked.add(
          new Request(encoder.prompt(item.prompt()), Sampling.greedy(), maxTokens)
              .edited(steering.in(item.language())));
    }
    List<LanguageRequest> out = new ArrayList<>();
    try (Generator generator = model.generator()) {
      int[] done = new int[1];
      List<Generated> answers =
          generator.generate(
              asked, (text, index) -> progress.update("answers", ++done[0], asked.size()));
      for (int i = 0; i < answers.size(); i++) {
        String text = text(answers.get(i));
        if (!text.isEmpty()) {
          out.add(requests.items().get(i).answered(text, !answers.get(i).ended()));
        }
      }
    }
    if (out.isEmpty()) {
      throw new LensException(
          String.format(
              Locale.ROOT, "%s answers none of %d requests", model.source(), requests.size()));
    }
    return RequestCorpus.of(out);
  }

  /** An answer that was cut may end amid a character. */
  private String text(Generated answer) {
    return model.tokenizer().decode(answer.tokens(), true).strip().replaceFirst("\uFFFD+$", "");
  }
}
