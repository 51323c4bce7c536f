package org.lensdl4j.model.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Rotary;
import org.lensdl4j.model.weights.ModelFormatException;

/** A description in the form that Hugging Face has for it. */
final class HuggingFaceForm {
  private HuggingFaceForm() {}

  /** The same model as one that a class of {@code transformers} can express. */
  static ModelConfig of(ModelConfig c, String source) {
    boolean attention = c.attentionBias() || c.outputBias();
    if (c.slidingWindow() > 0 && (attention || c.mlpBias())) {
      throw new ModelFormatException(
          source + " has a sliding window and biases: Hugging Face has no such LLaMA or Mistral");
    }
    return new ModelConfig(
        c.slidingWindow() > 0 ? "mistral" : c.modelType(),
        c.hiddenSize(),
        c.layers(),
        c.heads(),
        c.keyValueHeads(),
        c.headDim(),
        c.intermediateSize(),
        c.vocabSize(),
        c.maxPositions(),
        c.normEpsilon(),
        c.rotary(),
        c.slidingWindow(),
        attention,
        attention,
        c.mlpBias(),
        c.tiedHead(),
        c.bosToken(),
        c.eosTokens());
  }

  /** {@code config.json}. */
  static ObjectNode configJson(ModelConfig c) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    boolean mistral = c.modelType().equals("mistral");
    out.putArray("architectures").add(mistral ? "MistralForCausalLM" : "LlamaForCausalLM");
    out.put("model_type", c.modelType());
    out.put("hidden_size", c.hiddenSize());
    out.put("intermediate_size", c.intermediateSize());
    out.put("num_hidden_layers", c.layers());
    out.put("num_attention_heads", c.heads());
    out.put("num_key_value_heads", c.keyValueHeads());
    out.put("head_dim", c.headDim());
    out.put("hidden_act", "silu");
    out.put("max_position_embeddings", c.maxPositions());
    out.put("rms_norm_eps", c.normEpsilon());
    out.put("rope_theta", c.rotary().theta());
    rotary(out, c.rotary());
    if (mistral) {
      out.put("sliding_window", c.slidingWindow() == 0 ? null : c.slidingWindow());
    } else {
      out.put("attention_bias", c.attentionBias());
      out.put("mlp_bias", c.mlpBias());
    }
    out.put("tie_word_embeddings", c.tiedHead());
    out.put("vocab_size", c.vocabSize());
    out.put("bos_token_id", c.bosToken() < 0 ? null : c.bosToken());
    putEnds(out, c.eosTokens());
    out.put("torch_dtype", "float32");
    return out;
  }

  static void putEnds(ObjectNode out, List<Integer> ends) {
    if (ends.isEmpty()) {
      out.putNull("eos_token_id");
    } else if (ends.size() == 1) {
      out.put("eos_token_id", ends.get(0));
    } else {
      ends.forEach(out.putArray("eos_token_id")::add);
    }
  }

  private static void rotary(ObjectNode out, Rotary r) {
    if (r.scaling() == Rotary.Scaling.NONE) {
      out.putNull("rope_scaling");
      return;
    }
    ObjectNode node = out.putObject("rope_scaling");
    if (r.scaling() == Rotary.Scaling.LINEAR) {
      // The old key: every release reads it, and 4.42 refuses a third one.
      node.put("type", "linear").put("factor", r.factor());
    } else {
      node.put("rope_type", "llama3").put("factor", r.factor());
      node.put("low_freq_factor", r.lowFrequencyFactor());
      node.put("high_freq_factor", r.highFrequencyFactor());
      node.put("original_max_position_embeddings", r.originalMaxPositions());
    }
  }
}
