package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Option;
import org.lensdl4j.lens.config.OptionTable;
import org.lensdl4j.lens.config.Settings;
import org.lensdl4j.model.graph.Lora;

/** Settings of instruction tuning; the system prompt may be null, for none. */
public final class TuningConfig extends Settings {
  private static final OptionTable OPTIONS =
      new OptionTable(
          shared("topLayers"),
          new Option(
              "lora",
              Lora.class,
              null,
              null,
              Option.Affects.RESULT,
              "Adapters in place of the layers' own weights.",
              true),
          shared("learningRate"),
          shared("epochs"),
          shared("batchSize").with(4),
          shared("accumulation").with(2),
          shared("schedule"),
          shared("warmupRatio"),
          shared("weightDecay"),
          shared("clipNorm"),
          shared("seed"),
          shared("systemPrompt").orNone(),
          shared("trainMaxTokens").named("maxPromptTokens", "The most tokens of a prompt."),
          shared("trainMaxTokens").named("maxResponseTokens", "The most tokens of a response."));

  TuningConfig(TuningConfigBuilder given) {
    super(OPTIONS, given);
  }

  /** As a run of Lens has it. */
  private static Option shared(String name) {
    return LensConfig.options().get(name);
  }

  /** The options with their defaults and ranges. */
  public static OptionTable options() {
    return OPTIONS;
  }

  /**
   * Starts with the top two layers, rate 1e-5 with cosine and 5 % warm-up, one epoch, steps of 8
   * instructions, weight decay 0.1, gradient norm clipped at 1.
   */
  public static TuningConfigBuilder builder() {
    return new TuningConfigBuilder();
  }

  /** Starts with these settings. */
  public TuningConfigBuilder toBuilder() {
    return new TuningConfigBuilder(this);
  }

  /** Adapters instead of full layers, or null. */
  public Lora lora() {
    return get("lora");
  }

  /** The most tokens of a prompt, at least those of the template and one more. */
  public int maxPromptTokens() {
    return this.<Integer>get("maxPromptTokens");
  }

  /** The most tokens of a response. */
  public int maxResponseTokens() {
    return this.<Integer>get("maxResponseTokens");
  }

  /** All settings as a JSON object. */
  public String toJson() {
    return toJson("");
  }

  /**
   * The same under the name of a method.
   *
   * @param method such as xSFT; empty for instruction tuning of any data
   */
  String toJson(String method) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    if (method.isEmpty()) {
      out.put("method", lora() == null ? "instruction tuning" : "instruction tuning with LoRA");
    } else {
      out.put("method", lora() == null ? method : method + "-LoRA");
    }
    out.put("topLayers", topLayers());
    if (lora() != null) {
      ObjectNode node = out.putObject("lora");
      node.put("rank", lora().rank())
          .put("alpha", lora().alpha())
          .put("rootScale", lora().rootScale());
      lora().targets().forEach(node.putArray("targets")::add);
      node.put("seed", lora().seed());
    }
    out.put("learningRate", learningRate()).put("epochs", epochs()).put("batchSize", batchSize());
    out.put("accumulation", accumulation()).put("schedule", schedule().name());
    out.put("warmupRatio", warmupRatio()).put("weightDecay", weightDecay());
    out.put("clipNorm", clipNorm()).put("seed", seed()).put("systemPrompt", systemPrompt());
    out.put("maxPromptTokens", maxPromptTokens()).put("maxResponseTokens", maxResponseTokens());
    return out.toPrettyString();
  }
}
