package org.lensdl4j.lens.states;

import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.text.PromptEncoder;

/**
 * How texts become prompts: in the model's chat template, after a system turn, cut to a length.
 *
 * @param system the system turn
 * @param maxTokens of a prompt, template included
 * @param compat whether in the form of the original code
 * @param raw whether as they are, without template and system turn
 */
public record Prompting(String system, int maxTokens, boolean compat, boolean raw) {
  /** Of probing. */
  public static Prompting probing(LensConfig config) {
    return new Prompting(
        config.systemPrompt(), config.probeMaxTokens(), config.compat().isOn(), config.probeRaw());
  }

  /** Of training. */
  public static Prompting training(LensConfig config) {
    return new Prompting(
        config.systemPrompt(), config.trainMaxTokens(), config.compat().isOn(), false);
  }

  /** Whole prompts, whatever {@code compat} does to training: it is not a way to measure. */
  public static Prompting whole(String system, int maxTokens) {
    return new Prompting(system, maxTokens, false, false);
  }

  /**
   * Writes the prompts of a model.
   *
   * @throws IllegalArgumentException if the prompt without any text is too long already
   */
  public PromptEncoder encoder(TransformerModel model) {
    return PromptEncoder.builder(model.tokenizer())
        .template(raw ? null : model.chatTemplate().orElse(null))
        .system(raw ? null : system)
        .maxTokens(maxTokens)
        .compat(compat)
        .build();
  }
}
