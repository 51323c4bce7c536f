package org.lensdl4j.examples.quickstart;

import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import org.lensdl4j.model.generate.TokenListener;

/** A model's answers, which show what no figure does. */
public final class Answer {
  /** The question that the quickstart asks. */
  public static final String QUESTION = "What is the capital of France?";

  private static final int TOKENS = 24;

  private Answer() {}

  /** The first words of a model's likeliest answer, on one line. */
  public static String of(TransformerModel model, LensConfig config) {
    int[] prompt =
        Prompting.whole(config.systemPrompt(), config.trainMaxTokens())
            .encoder(model)
            .encode(QUESTION)
            .ids();
    try (Generator generator = model.generator()) {
      int[] ids = generator.generate(prompt, Sampling.greedy(), TOKENS, TokenListener.NONE);
      return model.tokenizer().decode(ids).strip().replaceAll("\\s+", " ");
    }
  }
}
