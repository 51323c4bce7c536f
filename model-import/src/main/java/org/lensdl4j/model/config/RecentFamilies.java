package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Families of 2025: LLaMA's parts in other places, some layers with windows or without positions.
 */
final class RecentFamilies {
  static final Family SMOLLM3 =
      new Family(
          "smollm3",
          "SmolLM3ForCausalLM",
          RecentFamilies::smollm3Defaults,
          RecentFamilies::smollm3);
  static final Family OLMO3 =
      new Family("olmo3", "Olmo3ForCausalLM", RecentFamilies::olmo3Defaults, RecentFamilies::olmo3);
  static final Family EXAONE4 =
      new Family(
          "exaone4",
          "Exaone4ForCausalLM",
          RecentFamilies::exaone4Defaults,
          RecentFamilies::exaone4);
  static final Family SEED_OSS =
      new Family(
          "seed_oss", "SeedOssForCausalLM", RecentFamilies::seedDefaults, RecentFamilies::seed);
  static final Family HUNYUAN =
      new Family(
          "hunyuan_v1_dense",
          "HunYuanDenseV1ForCausalLM",
          RecentFamilies::hunyuanDefaults,
          RecentFamilies::hunyuan);
  static final Family ERNIE =
      new Family(
          "ernie4_5", "Ernie4_5ForCausalLM", RecentFamilies::ernieDefaults, RecentFamilies::ernie);
  static final Family GLM =
      new Family("glm", "GlmForCausalLM", RecentFamilies::glmDefaults, RecentFamilies::glm);
  static final Family GLM4 =
      new Family("glm4", "Glm4ForCausalLM", RecentFamilies::glm4Defaults, RecentFamilies::glm);
  static final Family MINISTRAL =
      new Family(
          "ministral",
          "MinistralForCausalLM",
          RecentFamilies::ministralDefaults,
          RecentFamilies::ministral);

  private RecentFamilies() {}

  private static void smollm3Defaults(ConfigDraft d) {
    d.keyValueHeads = 4;
    d.maxPositions = 32_768;
    d.rotary = Rotary.plain(2_000_000);
    d.bos = 128_000;
    d.eos = List.of(128_001);
    d.tied = true;
  }

  private static void smollm3(ConfigReader in, ConfigDraft d) {
    Families.llama(in, d);
    d.still = still(in, d);
    Families.window(in, d);
    boolean used = in.bool("use_sliding_window", false);
    d.window = used ? d.window : 0;
    d.windowed = Families.windowed(in, d, layer -> used && d.still.get(layer));
  }

  /** {@code no_rope_layers} has 1 for a layer that turns. */
  private static List<Boolean> still(ConfigReader in, ConfigDraft d) {
    List<Double> turn = in.numbers("no_rope_layers", 0, 1);
    int every = in.integer("no_rope_layer_interval", 4, 1, Limits.LAYERS);
    if (turn != null && turn.size() < d.layers) {
      in.refuse("no_rope_layers");
    }
    List<Boolean> out = new ArrayList<>();
    for (int i = 0; i < d.layers; i++) {
      out.add(turn == null ? (i + 1) % every == 0 : turn.get(i) == 0);
    }
    return out;
  }

  private static void olmo3Defaults(ConfigDraft d) {
    Families.olmo2Defaults(d);
    d.window = 4096;
    d.localRotary = d.rotary;
  }

  private static void olmo3(ConfigReader in, ConfigDraft d) {
    Families.attentionBias(in, d);
    Families.window(in, d);
    d.windowed = Families.windowed(in, d, layer -> (layer + 1) % 4 != 0);
    JsonNode parameters = in.get("rope_parameters");
    if (parameters == null || !parameters.has("sliding_attention")) {
      // Scaling is for the layers that see all tokens.
      d.localRotary = Rotary.plain(d.rotary.theta());
    }
  }

  private static void exaone4Defaults(ConfigDraft d) {
    Families.olmo2Defaults(d);
    d.keyValueHeads = 32;
    d.bos = 0;
    d.eos = List.of(2);
    d.headNorm = HeadNorm.SHARED;
    d.window = 4096;
  }

  private static void exaone4(ConfigReader in, ConfigDraft d) {
    Families.window(in, d);
    JsonNode pattern = in.get("sliding_window_pattern");
    boolean listed = in.get("layer_types") != null;
    if (pattern != null && pattern.isTextual() && !listed) {
      in.refuse("sliding_window_pattern");
    }
    // Beside layer_types it has no effect, and may be a text like LLLG.
    int every = listed ? 4 : in.integer("sliding_window_pattern", 4, 1, Limits.LAYERS);
    d.windowed = Families.windowed(in, d, layer -> d.window > 0 && (layer + 1) % every != 0);
    d.still = d.windowed.stream().map(local -> d.window > 0 && !local).toList();
  }

  private static void seedDefaults(ConfigDraft d) {
    d.keyValueHeads = 8;
    d.maxPositions = 524_288;
    d.headDim = 128;
    d.bos = 0;
  }

  private static void seed(ConfigReader in, ConfigDraft d) {
    d.attentionBias = in.bool("attention_bias", true);
    d.outputBias = in.bool("attention_out_bias", false);
    d.mlpBias = in.bool("mlp_bias", false);
  }

  private static void hunyuanDefaults(ConfigDraft d) {
    d.epsilon = 1e-5;
    d.headNorm = HeadNorm.SHARED;
    d.normedAfterTurning = true;
    d.names =
        d.names
            .with(TensorRole.QUERY_NORM, "self_attn.query_layernorm")
            .with(TensorRole.KEY_NORM, "self_attn.key_layernorm");
  }

  private static void hunyuan(ConfigReader in, ConfigDraft d) {
    Families.attentionBias(in, d);
    if (!in.bool("use_qk_norm", true)) {
      in.refuse("use_qk_norm");
    }
    // Dense models say that they have one expert, or as many of one as layers.
    in.integer("num_experts", 1, 1, 1);
  }

  private static void ernieDefaults(ConfigDraft d) {
    d.keyValueHeads = 2;
    d.maxPositions = 131_072;
    d.epsilon = 1e-5;
    d.headDim = 128;
    d.rotary = Rotary.plain(500_000);
    d.tied = true;
    d.turnsPairs = true;
  }

  private static void ernie(ConfigReader in, ConfigDraft d) {
    d.attentionBias = in.bool("use_bias", false);
    d.outputBias = d.attentionBias;
    d.mlpBias = d.attentionBias;
  }

  private static void glmDefaults(ConfigDraft d) {
    d.keyValueHeads = 2;
    d.maxPositions = 131_072;
    d.epsilon = 0.00000015625;
    d.headDim = 128;
    d.bos = -1;
    d.eos = List.of(151_329, 151_336, 151_338);
    d.turnsPairs = true;
    d.turnsPartly = true;
    d.names =
        d.names
            .without(TensorRole.GATE, TensorRole.UP)
            .with(TensorRole.GATE_UP, "mlp.gate_up_proj");
  }

  private static void glm4Defaults(ConfigDraft d) {
    glmDefaults(d);
    d.names =
        d.names
            .with(TensorRole.ATTENTION_POST_NORM, "post_self_attn_layernorm")
            .with(TensorRole.MLP_POST_NORM, "post_mlp_layernorm");
  }

  private static void glm(ConfigReader in, ConfigDraft d) {
    d.attentionBias = in.bool("attention_bias", true);
    d.rotaryFraction = RotaryReader.fraction(in, d, "partial_rotary_factor", 0.5);
  }

  private static void ministralDefaults(ConfigDraft d) {
    d.keyValueHeads = 8;
    d.maxPositions = 131_072;
    d.window = 4096;
  }

  private static void ministral(ConfigReader in, ConfigDraft d) {
    Families.window(in, d);
    d.windowed = Families.windowed(in, d, layer -> d.window > 0);
  }
}
