package org.lensdl4j.lens.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.model.graph.Lora;

/**
 * Settings of instruction tuning.
 *
 * @param topLayers t: layers that are trained, or get adapters; 1 to all
 * @param lora adapters instead of full layers, or null
 * @param learningRate the highest
 * @param epochs passes over the instructions, at least 1
 * @param batchSize instructions of one graph run
 * @param accumulation graph runs of one optimiser step
 * @param schedule how the rate goes on after the warm-up
 * @param warmupRatio share of the steps, 0 to 1
 * @param weightDecay of matrices
 * @param clipNorm largest gradient norm; 0 for no bound
 * @param seed of order and adapters
 * @param systemPrompt the system turn; null for none
 * @param maxPromptTokens the most tokens of a prompt, at least those of the template and one more
 * @param maxResponseTokens the most tokens of a response, at least 1
 */
public record TuningConfig(
    int topLayers,
    Lora lora,
    double learningRate,
    int epochs,
    int batchSize,
    int accumulation,
    Schedule schedule,
    double warmupRatio,
    double weightDecay,
    double clipNorm,
    long seed,
    String systemPrompt,
    int maxPromptTokens,
    int maxResponseTokens) {

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

  public TuningConfig {
    require(topLayers >= 1, "topLayers", topLayers, "1 or more");
    require(learningRate >= 0 && learningRate < 1, "learningRate", learningRate, "0 up to 1");
    require(epochs >= 1, "epochs", epochs, "1 or more");
    require(batchSize >= 1, "batchSize", batchSize, "1 or more");
    require(accumulation >= 1, "accumulation", accumulation, "1 or more");
    require(warmupRatio >= 0 && warmupRatio <= 1, "warmupRatio", warmupRatio, "0 to 1");
    require(weightDecay >= 0 && weightDecay < 1, "weightDecay", weightDecay, "0 up to 1");
    require(clipNorm >= 0, "clipNorm", clipNorm, "0 or more");
    require(maxPromptTokens >= 1, "maxPromptTokens", maxPromptTokens, "1 or more");
    require(maxResponseTokens >= 1, "maxResponseTokens", maxResponseTokens, "1 or more");
  }

  private static void require(boolean holds, String name, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s, expected %s".formatted(name, found, expected));
    }
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
      out.put("method", lora == null ? "instruction tuning" : "instruction tuning with LoRA");
    } else {
      out.put("method", lora == null ? method : method + "-LoRA");
    }
    out.put("topLayers", topLayers);
    if (lora != null) {
      ObjectNode node = out.putObject("lora");
      node.put("rank", lora.rank()).put("alpha", lora.alpha()).put("rootScale", lora.rootScale());
      lora.targets().forEach(node.putArray("targets")::add);
      node.put("seed", lora.seed());
    }
    out.put("learningRate", learningRate).put("epochs", epochs).put("batchSize", batchSize);
    out.put("accumulation", accumulation).put("schedule", schedule.name());
    out.put("warmupRatio", warmupRatio).put("weightDecay", weightDecay);
    out.put("clipNorm", clipNorm).put("seed", seed).put("systemPrompt", systemPrompt);
    out.put("maxPromptTokens", maxPromptTokens).put("maxResponseTokens", maxResponseTokens);
    return out.toPrettyString();
  }
}
