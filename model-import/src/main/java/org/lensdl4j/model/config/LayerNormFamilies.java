package org.lensdl4j.model.config;

import java.util.List;
import java.util.Map;

/** The families whose norms subtract the mean. */
final class LayerNormFamilies {
  static final Family STABLELM =
      new Family(
          "stablelm",
          "StableLmForCausalLM",
          Map.of("rms_norm_eps", "layer_norm_eps"),
          LayerNormFamilies::stablelmDefaults,
          LayerNormFamilies::stablelm);

  static final Family GPT2 =
      new Family(
          "gpt2",
          "GPT2LMHeadModel",
          Map.of(
              "hidden_size", "n_embd",
              "num_hidden_layers", "n_layer",
              "num_attention_heads", "n_head",
              "max_position_embeddings", "n_positions",
              "intermediate_size", "n_inner",
              "rms_norm_eps", "layer_norm_epsilon",
              "hidden_act", "activation_function"),
          LayerNormFamilies::gpt2Defaults,
          LayerNormFamilies::gpt2);

  static final Family GPT_NEOX =
      new Family(
          "gpt_neox",
          "GPTNeoXForCausalLM",
          Map.of("rms_norm_eps", "layer_norm_eps", "rope_theta", "rotary_emb_base"),
          LayerNormFamilies::neoxDefaults,
          LayerNormFamilies::neox);

  static final Family BLOOM =
      new Family(
          "bloom",
          "BloomForCausalLM",
          Map.of(
              "hidden_size", "n_embed",
              "num_hidden_layers", "n_layer",
              "num_attention_heads", "n_head",
              "max_position_embeddings", "seq_length",
              "rms_norm_eps", "layer_norm_epsilon"),
          LayerNormFamilies::bloomDefaults,
          LayerNormFamilies::withoutGroups);

  private LayerNormFamilies() {}

  private static void stablelmDefaults(ConfigDraft d) {
    d.maxPositions = 4096;
    d.epsilon = 1e-5;
    d.bos = 0;
    d.eos = List.of(0);
    d.keyValueHeads = 32;
    d.turnsPartly = true;
    d.norm = Norm.LAYER;
  }

  private static void stablelm(ConfigReader in, ConfigDraft d) {
    d.attentionBias = in.bool("use_qkv_bias", false);
    d.rotaryFraction = RotaryReader.fraction(in, d, "partial_rotary_factor", 0.25);
    d.parallel = in.bool("use_parallel_residual", false);
    if (d.parallel) {
      d.names = d.names.with(TensorRole.MLP_NORM, "input_layernorm");
    }
    if (in.bool("qk_layernorm", false)) {
      d.headNorm = HeadNorm.EACH;
      d.names =
          d.names
              .with(TensorRole.QUERY_NORM, "self_attn.q_layernorm.norms")
              .with(TensorRole.KEY_NORM, "self_attn.k_layernorm.norms");
    }
  }

  private static void biased(ConfigDraft d) {
    d.norm = Norm.LAYER;
    d.epsilon = 1e-5;
    d.attentionBias = true;
    d.outputBias = true;
    d.mlpBias = true;
  }

  private static void gpt2Defaults(ConfigDraft d) {
    biased(d);
    d.maxPositions = 1024;
    d.bos = 50_256;
    d.eos = List.of(50_256);
    d.tied = true;
    d.intermediateFactor = 4;
    d.activation = Activation.GELU_TANH;
    d.fusion = Fusion.CONCATENATED;
    d.transposed = true;
    d.positions = Positions.LEARNED;
    d.names =
        new ParameterNames(
            "transformer.",
            "h",
            "wte",
            "wpe",
            "",
            "ln_f",
            "lm_head",
            Map.of(
                TensorRole.ATTENTION_NORM, "ln_1",
                TensorRole.FUSED, "attn.c_attn",
                TensorRole.OUTPUT, "attn.c_proj",
                TensorRole.MLP_NORM, "ln_2",
                TensorRole.UP, "mlp.c_fc",
                TensorRole.DOWN, "mlp.c_proj"));
  }

  private static void gpt2(ConfigReader in, ConfigDraft d) {
    withoutGroups(in, d);
    if (!in.bool("scale_attn_weights", true)) {
      in.refuse("scale_attn_weights");
    }
  }

  private static void neoxDefaults(ConfigDraft d) {
    biased(d);
    d.bos = 0;
    d.turnsPartly = true;
    d.activation = Activation.GELU;
    d.fusion = Fusion.BY_HEAD;
    d.names = fused("gpt_neox.", "layers", "embed_in", "", "final_layer_norm", "attention");
  }

  private static void neox(ConfigReader in, ConfigDraft d) {
    d.parallel = in.bool("use_parallel_residual", true);
    d.rotaryFraction = RotaryReader.fraction(in, d, "rotary_pct", 0.25);
    if (in.number("partial_rotary_factor", d.rotaryFraction, 1e-3, 1) != d.rotaryFraction) {
      in.refuse("partial_rotary_factor");
    }
    d.attentionBias = in.bool("attention_bias", true);
    d.outputBias = d.attentionBias;
    withoutGroups(in, d);
  }

  private static void bloomDefaults(ConfigDraft d) {
    biased(d);
    d.tied = true;
    d.intermediateFactor = 4;
    d.activation = Activation.GELU_TANH;
    d.fusion = Fusion.BY_HEAD;
    d.positions = Positions.ALIBI;
    d.names =
        fused(
            "transformer.",
            "h",
            "word_embeddings",
            "word_embeddings_layernorm",
            "ln_f",
            "self_attention");
  }

  private static ParameterNames fused(
      String prefix,
      String layers,
      String embedding,
      String embeddingNorm,
      String finalNorm,
      String attention) {
    return new ParameterNames(
        prefix,
        layers,
        embedding,
        "",
        embeddingNorm,
        finalNorm,
        "embed_out",
        Map.of(
            TensorRole.ATTENTION_NORM, "input_layernorm",
            TensorRole.FUSED, attention + ".query_key_value",
            TensorRole.OUTPUT, attention + ".dense",
            TensorRole.MLP_NORM, "post_attention_layernorm",
            TensorRole.UP, "mlp.dense_h_to_4h",
            TensorRole.DOWN, "mlp.dense_4h_to_h"));
  }

  /** These families have as many key heads as query heads, whatever the file says. */
  private static void withoutGroups(ConfigReader in, ConfigDraft d) {
    d.keyValueHeads = 0;
  }
}
