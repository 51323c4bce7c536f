package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** All supported families. Each is only a description; no other class knows a family by name. */
final class Families {
  private static final List<Family> DECODERS =
      List.of(
          new Family("llama", "LlamaForCausalLM", d -> {}, Families::llama),
          new Family("mistral", "MistralForCausalLM", Families::mistralDefaults, Families::mistral),
          new Family("qwen2", "Qwen2ForCausalLM", Families::qwen2Defaults, Families::qwenWindow),
          new Family("qwen3", "Qwen3ForCausalLM", Families::qwen3Defaults, Families::qwen3),
          new Family("phi3", "Phi3ForCausalLM", Families::phi3Defaults, Families::phi3),
          new Family("gemma", "GemmaForCausalLM", Families::gemma1Defaults, Families::gemma1),
          new Family("gemma2", "Gemma2ForCausalLM", Families::gemma2Defaults, Families::gemma2),
          new Family(
              "gemma3_text", "Gemma3ForCausalLM", Families::gemma3Defaults, Families::gemma3),
          new Family("olmo2", "Olmo2ForCausalLM", Families::olmo2Defaults, Families::attentionBias),
          new Family("granite", "GraniteForCausalLM", d -> {}, Families::granite),
          LayerNormFamilies.STABLELM,
          LayerNormFamilies.GPT2,
          LayerNormFamilies.GPT_NEOX,
          LayerNormFamilies.BLOOM,
          CohereFamilies.COHERE,
          CohereFamilies.COHERE2,
          RecentFamilies.SMOLLM3,
          RecentFamilies.OLMO3,
          RecentFamilies.EXAONE4,
          RecentFamilies.SEED_OSS,
          RecentFamilies.HUNYUAN,
          RecentFamilies.ERNIE,
          RecentFamilies.GLM,
          RecentFamilies.GLM4,
          RecentFamilies.MINISTRAL);

  static final List<Family> ALL =
      Stream.concat(DECODERS.stream(), EncoderFamilies.ALL.stream()).toList();

  private Families() {}

  /** A family by Hugging Face's name. */
  static Family of(String modelType) {
    return ALL.stream().filter(f -> f.modelType().equals(modelType)).findFirst().orElseThrow();
  }

  static void llama(ConfigReader in, ConfigDraft d) {
    attentionBias(in, d);
    d.mlpBias = in.bool("mlp_bias", false);
  }

  private static void mistralDefaults(ConfigDraft d) {
    d.keyValueHeads = 8;
    d.maxPositions = 4096 * 32;
    d.window = 4096;
  }

  private static void mistral(ConfigReader in, ConfigDraft d) {
    window(in, d);
  }

  private static void qwen2Defaults(ConfigDraft d) {
    d.maxPositions = 32_768;
    d.attentionBias = true;
    d.bos = -1;
    d.eos = List.of();
    d.keyValueHeads = 32;
    d.window = 4096;
  }

  /** The window is there if the file asks for it, in the upper layers. */
  private static void qwenWindow(ConfigReader in, ConfigDraft d) {
    int from = in.integer("max_window_layers", 28, 0, Limits.LAYERS);
    window(in, d);
    boolean used = in.bool("use_sliding_window", false);
    d.window = used ? d.window : 0;
    d.windowed = windowed(in, d, layer -> used && layer >= from);
  }

  private static void qwen3Defaults(ConfigDraft d) {
    qwen2Defaults(d);
    d.attentionBias = false;
    d.headDim = 128;
    d.headNorm = HeadNorm.SHARED;
    d.names = headNorms(d.names);
  }

  private static void qwen3(ConfigReader in, ConfigDraft d) {
    attentionBias(in, d);
    qwenWindow(in, d);
  }

  private static void phi3Defaults(ConfigDraft d) {
    d.maxPositions = 4096;
    d.originalPositions = 4096;
    d.turnsPartly = true;
    d.epsilon = 1e-5;
    d.eos = List.of(32_000);
    d.fusion = Fusion.CONCATENATED;
    d.names =
        d.names
            .without(
                TensorRole.QUERY, TensorRole.KEY, TensorRole.VALUE, TensorRole.GATE, TensorRole.UP)
            .with(TensorRole.FUSED, "self_attn.qkv_proj")
            .with(TensorRole.GATE_UP, "mlp.gate_up_proj");
  }

  private static void phi3(ConfigReader in, ConfigDraft d) {
    window(in, d);
    d.rotaryFraction = RotaryReader.fraction(in, d, "partial_rotary_factor", 1);
  }

  private static void gemma1Defaults(ConfigDraft d) {
    d.bos = 2;
    d.eos = List.of(1);
    d.tied = true;
    d.headDim = 256;
    d.keyValueHeads = 16;
    d.maxPositions = 8192;
    d.norm = Norm.RMS_ONE_PLUS;
    d.activation = Activation.GELU_TANH;
  }

  private static void gemma1(ConfigReader in, ConfigDraft d) {
    // hidden_act is in the files too, and not read for these families.
    d.activation = in.get("hidden_activation") == null ? Activation.GELU_TANH : d.activation;
    attentionBias(in, d);
    d.embeddingScale = (float) Math.sqrt(d.hidden);
  }

  private static void gemmaDefaults(ConfigDraft d) {
    gemma1Defaults(d);
    d.keyValueHeads = 4;
    d.window = 4096;
    d.names =
        d.names
            .with(TensorRole.ATTENTION_POST_NORM, "post_attention_layernorm")
            .with(TensorRole.MLP_NORM, "pre_feedforward_layernorm")
            .with(TensorRole.MLP_POST_NORM, "post_feedforward_layernorm");
  }

  private static void gemma2Defaults(ConfigDraft d) {
    gemmaDefaults(d);
    d.attentionCap = 50;
    d.logitsCap = 30;
  }

  private static void gemma2(ConfigReader in, ConfigDraft d) {
    gemma(in, d, layer -> layer % 2 == 0);
  }

  private static void gemma3Defaults(ConfigDraft d) {
    gemmaDefaults(d);
    d.maxPositions = 131_072;
    d.rotary = Rotary.plain(1_000_000);
    d.localRotary = Rotary.plain(10_000);
    d.headNorm = HeadNorm.SHARED;
    d.names = headNorms(d.names);
  }

  private static void gemma3(ConfigReader in, ConfigDraft d) {
    String pattern =
        in.has("_sliding_window_pattern") ? "_sliding_window_pattern" : "sliding_window_pattern";
    int every = in.integer(pattern, 6, 1, Limits.LAYERS);
    if (in.get("rope_local_base_freq") != null) {
      d.localRotary = Rotary.plain(in.number("rope_local_base_freq", 0, 1, RotaryReader.MAX_THETA));
    }
    if (in.bool("use_bidirectional_attention", false)) {
      in.refuse("use_bidirectional_attention");
    }
    gemma(in, d, layer -> (layer + 1) % every != 0);
  }

  private static void gemma(ConfigReader in, ConfigDraft d, IntPredicate local) {
    gemma1(in, d);
    window(in, d);
    d.windowed = windowed(in, d, local);
    d.attentionScale = 1 / Math.sqrt(in.number("query_pre_attn_scalar", 256, 1e-6, 1e12));
    d.attentionCap = cap(in, "attn_logit_softcapping", d.attentionCap);
    d.logitsCap = cap(in, "final_logit_softcapping", d.logitsCap);
  }

  static void olmo2Defaults(ConfigDraft d) {
    d.epsilon = 1e-5;
    d.bos = -1;
    d.eos = List.of(50_279);
    d.headNorm = HeadNorm.WHOLE;
    d.names =
        headNorms(d.names)
            .without(TensorRole.ATTENTION_NORM, TensorRole.MLP_NORM)
            .with(TensorRole.ATTENTION_POST_NORM, "post_attention_layernorm")
            .with(TensorRole.MLP_POST_NORM, "post_feedforward_layernorm");
  }

  private static void granite(ConfigReader in, ConfigDraft d) {
    llama(in, d);
    d.embeddingScale = in.number("embedding_multiplier", 1, 1e-9, 1e9);
    d.residualScale = in.number("residual_multiplier", 1, 1e-9, 1e9);
    d.attentionScale = in.number("attention_multiplier", 1, 1e-9, 1e9);
    d.logitsScale = 1 / in.number("logits_scaling", 1, 1e-9, 1e9);
  }

  static ParameterNames headNorms(ParameterNames names) {
    return names
        .with(TensorRole.QUERY_NORM, "self_attn.q_norm")
        .with(TensorRole.KEY_NORM, "self_attn.k_norm");
  }

  static void attentionBias(ConfigReader in, ConfigDraft d) {
    d.attentionBias = in.bool("attention_bias", false);
    d.outputBias = d.attentionBias;
  }

  static void window(ConfigReader in, ConfigDraft d) {
    int absent = in.has("sliding_window") ? 0 : d.window;
    d.window = in.integer("sliding_window", absent, 1, RotaryReader.MAX_POSITIONS);
  }

  /** A cap that the file does not mention is the family's; one that is null is none. */
  private static double cap(ConfigReader in, String key, double absent) {
    return in.number(key, in.has(key) ? 0 : absent, 1e-6, 1e12);
  }

  /** Which layers have the window: what the file says of each, or else the family's rule. */
  static List<Boolean> windowed(ConfigReader in, ConfigDraft d, IntPredicate rule) {
    JsonNode types = in.get("layer_types");
    List<Boolean> out = new ArrayList<>();
    for (int i = 0; i < d.layers; i++) {
      String type = types == null || i >= types.size() ? "" : types.get(i).asText();
      if (types != null && !type.equals("sliding_attention") && !type.equals("full_attention")) {
        in.refuse("layer_types");
      }
      out.add(types == null ? rule.test(i) : type.equals("sliding_attention"));
    }
    return out;
  }
}
