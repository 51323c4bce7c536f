package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.lensdl4j.model.base.ModelFormatException;

/** Writes a description as {@code config.json}, for the families that GGUF files can hold. */
final class ConfigWriter {
  private final ModelConfig c;
  private final Structure structure;
  private final Family family;
  private final ObjectNode out = new ObjectMapper().createObjectNode();

  private ConfigWriter(ModelConfig config) {
    c = config;
    structure = config.structure();
    family = Families.of(config.modelType());
  }

  static ObjectNode write(ModelConfig config) {
    return new ConfigWriter(config).json();
  }

  private ObjectNode json() {
    out.putArray("architectures").add(family.architecture());
    out.put("model_type", c.modelType());
    out.put(name("hidden_size"), c.hiddenSize());
    out.put(name("intermediate_size"), c.intermediateSize());
    out.put(name("num_hidden_layers"), c.layers());
    out.put(name("num_attention_heads"), c.heads());
    out.put(name("max_position_embeddings"), c.maxPositions());
    out.put(name("rms_norm_eps"), c.normEpsilon());
    if (structure.positions() == Positions.ROTARY) {
      out.put("num_key_value_heads", c.keyValueHeads());
      out.put("head_dim", c.headDim());
      out.put("rope_theta", c.rotary().theta());
      scaling();
    }
    switch (c.modelType()) {
      case "llama" -> {
        out.put("hidden_act", "silu");
        out.put("attention_bias", c.attentionBias());
        out.put("mlp_bias", c.mlpBias());
      }
      case "mistral" -> {
        out.put("hidden_act", "silu");
        window();
      }
      case "qwen2", "qwen3" -> qwen();
      case "phi3" -> phi3();
      case "gemma2", "gemma3_text" -> gemma();
      case "gpt2" -> out.put("activation_function", "gelu_new");
      default ->
          throw new ModelFormatException(
              "no config.json can be written for model_type '" + c.modelType() + "'");
    }
    out.put("tie_word_embeddings", c.tiedHead());
    out.put("vocab_size", c.vocabSize());
    out.put("bos_token_id", c.bosToken() < 0 ? null : c.bosToken());
    putEnds(out, c.eosTokens());
    out.put("torch_dtype", "float32");
    return out;
  }

  private String name(String key) {
    return family.aliases().getOrDefault(key, key);
  }

  private void window() {
    out.put("sliding_window", c.slidingWindow() == 0 ? null : c.slidingWindow());
  }

  private void qwen() {
    if (c.modelType().equals("qwen2") != c.attentionBias() || c.slidingWindow() > 0) {
      throw new ModelFormatException(
          String.format(
              Locale.ROOT,
              "Hugging Face has no %s with biases %s and a window of %d in all layers",
              c.modelType(),
              c.attentionBias(),
              c.slidingWindow()));
    }
    out.put("hidden_act", "silu");
    out.put("use_sliding_window", false);
    if (c.modelType().equals("qwen3")) {
      out.put("attention_bias", false);
    }
  }

  private void phi3() {
    out.put("hidden_act", "silu");
    window();
    Rotary r = c.rotary();
    boolean longrope = r.scaling() == Rotary.Scaling.LONGROPE;
    out.put(
        "original_max_position_embeddings", longrope ? r.originalMaxPositions() : c.maxPositions());
    if (c.rotaryDim() != c.headDim()) {
      out.put("partial_rotary_factor", (double) c.rotaryDim() / c.headDim());
    }
    // transformers wants it to be there, outside of the vocabulary too.
    out.put("pad_token_id", c.eosTokens().isEmpty() ? 0 : c.eosTokens().get(0));
  }

  private void gemma() {
    Scales scales = structure.scales();
    out.put("hidden_activation", "gelu_pytorch_tanh");
    out.put("attention_bias", c.attentionBias());
    window();
    ArrayNode types = out.putArray("layer_types");
    for (int i = 0; i < c.layers(); i++) {
      types.add(c.windowed(i) ? "sliding_attention" : "full_attention");
    }
    out.put("query_pre_attn_scalar", query(c.attentionScale()));
    cap("attn_logit_softcapping", scales.attentionCap());
    cap("final_logit_softcapping", scales.logitsCap());
    if (structure.localRotary() != null) {
      out.put("rope_local_base_freq", structure.localRotary().theta());
      int full = structure.windowed().indexOf(false);
      // Releases before 4.53 read this instead of the types.
      out.put("sliding_window_pattern", full < 0 ? c.layers() + 1 : full + 1);
    }
  }

  /** {@code 1 / scale^2}, a whole number in all published models. */
  private static double query(double scale) {
    double value = 1 / (scale * scale);
    return Math.abs(value - Math.rint(value)) < 1e-6 ? Math.rint(value) : value;
  }

  private void cap(String key, double value) {
    if (value == 0) {
      out.putNull(key);
    } else {
      out.put(key, value);
    }
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

  private void scaling() {
    Rotary r = c.rotary();
    if (r.scaling() == Rotary.Scaling.NONE) {
      out.putNull("rope_scaling");
      return;
    }
    ObjectNode node = out.putObject("rope_scaling");
    switch (r.scaling()) {
      case LINEAR -> {
        // The old key: every release reads it, and 4.42 refuses a third one. Gemma 3 is newer.
        String type = structure.localRotary() == null ? "type" : "rope_type";
        node.put(type, "linear").put("factor", r.factor());
      }
      case LLAMA3 -> {
        node.put("rope_type", "llama3").put("factor", r.factor());
        node.put("low_freq_factor", r.lowFrequencyFactor());
        node.put("high_freq_factor", r.highFrequencyFactor());
        node.put("original_max_position_embeddings", r.originalMaxPositions());
      }
      case YARN -> {
        node.put("rope_type", "yarn").put("factor", r.factor());
        node.put("original_max_position_embeddings", r.originalMaxPositions());
        node.put("beta_slow", r.lowFrequencyFactor()).put("beta_fast", r.highFrequencyFactor());
        node.put("attention_factor", r.amplitude());
      }
      default -> {
        // transformers computes the amplitude itself, and refuses a fourth key for Phi-3.
        node.put("type", "longrope");
        r.shortDivisors().forEach(node.putArray("short_factor")::add);
        r.longDivisors().forEach(node.putArray("long_factor")::add);
        double usual = RotaryReader.amplitude(r.factor(), r.originalMaxPositions());
        if (Math.abs(usual - r.amplitude()) > 1e-6) {
          node.put("attention_factor", r.amplitude());
        }
      }
    }
  }
}
