package org.lensdl4j.examples.quickstart;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.lens.steer.LanguageEdit;
import org.lensdl4j.lens.train.LanguageRequest;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Request;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;
import org.lensdl4j.model.text.PromptEncoder;

/** A model's answers, which show what no figure does. */
public final class Answer {
  /** The question that the quickstart asks. */
  public static final String QUESTION = "What is the capital of France?";

  private static final int TOKENS = 24;
  private static final int LONGER = 40;

  private Answer() {}

  /** The first words of a model's likeliest answer, on one line. */
  public static String of(TransformerModel model, LensConfig config) {
    int[] prompt = encoder(model, config).encode(QUESTION).ids();
    try (Generator generator = model.generator()) {
      int[] ids = generator.generate(prompt, Sampling.greedy(), TOKENS, TokenListener.NONE);
      return line(model, ids);
    }
  }

  /** The first words of a model's likeliest answers to requests, on one line each. */
  static List<String> all(
      TransformerModel model,
      LensConfig config,
      List<LanguageRequest> asked,
      LanguageEdit edit,
      String task,
      Progress progress) {
    PromptEncoder encoder = encoder(model, config);
    List<Request> requests = new ArrayList<>();
    for (LanguageRequest item : asked) {
      int[] prompt = encoder.encode(item.prompt()).ids();
      requests.add(new Request(prompt, Sampling.greedy(), LONGER).edited(edit.in(item.language())));
    }
    int[] done = new int[1];
    try (Generator generator = model.generator()) {
      return generator
          .generate(requests, (text, index) -> progress.update(task, ++done[0], requests.size()))
          .stream()
          .map(found -> line(model, found.tokens()))
          .toList();
    }
  }

  private static PromptEncoder encoder(TransformerModel model, LensConfig config) {
    return Prompting.whole(config.systemPrompt(), config.trainMaxTokens()).encoder(model);
  }

  private static String line(TransformerModel model, int[] ids) {
    return model.tokenizer().decode(ids).strip().replaceAll("\\s+", " ");
  }
}
