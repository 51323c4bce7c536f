package org.lensdl4j.examples.cli;

import java.util.Locale;
import org.lensdl4j.lens.states.Prompting;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.generate.Generator;
import org.lensdl4j.model.generate.Sampling;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a prompt is passed to a model and tokens are chosen. */
final class GenerationOptions {
  @Mixin private final ConfigFlags shared = ConfigFlags.of("systemPrompt", "seed");

  @Option(names = "--raw", description = "Continue the prompt as it is, without the chat template.")
  private boolean raw;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Longest answer. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens = 128;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Prompts that are answered side by side. Default: ${DEFAULT-VALUE}.")
  private int batch = Generator.BATCH;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      defaultValue = "0",
      description = "0 takes the likeliest token always. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Choose among the N likeliest tokens. Default: all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      defaultValue = "1",
      description = "Choose among the likeliest tokens that cover X. Default: ${DEFAULT-VALUE}.")
  private double topP;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  int maxNewTokens() {
    return maxNewTokens;
  }

  int batch() {
    return batch;
  }

  Sampling sampling() {
    if (batch < 1) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "option --batch: found %d, expected 1 or more", batch));
    }
    if (maxNewTokens < 1) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT, "option --max-new-tokens: found %d, expected 1 or more", maxNewTokens));
    }
    try {
      return new Sampling(temperature, topK, topP, shared.<Long>orDefault("seed"));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Says once, of each model, where the system text goes. */
  void tell(TransformerModel model) {
    String system = shared.orDefault("systemPrompt");
    Prompting prompting =
        new Prompting(system, Math.max(1, model.config().maxPositions()), false, raw);
    SystemText.tell(spec, model, prompting, shared.value("systemPrompt") != null, false);
  }

  /** The tokens of a prompt, which leave room for the answer. */
  int[] ids(TransformerModel model, String text) {
    int room = model.config().maxPositions() - maxNewTokens;
    int[] ids =
        raw
            ? model.tokenizer().encodeWithSpecialTokens(text)
            : Prompting.whole(
                    shared.orDefault("systemPrompt"), Math.max(1, model.config().maxPositions()))
                .encoder(model)
                .encode(text)
                .ids();
    if (ids.length > room) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the prompt has %d tokens, expected at most %d beside --max-new-tokens %d: the model has %d positions",
              ids.length,
              room,
              maxNewTokens,
              model.config().maxPositions()));
    }
    return ids;
  }
}
