package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.lensdl4j.model.weights.ModelFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do with keys of {@code config.json} that nobody read: those known to change the result
 * are refused unless they are neutral, those known to be harmless pass, the rest is logged.
 */
final class UnknownKeys {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

  private static final Predicate<JsonNode> NULL = JsonNode::isNull;
  private static final Predicate<JsonNode> FALSE =
      n -> n.isNull() || (n.isBoolean() && !n.booleanValue());
  private static final Predicate<JsonNode> ZERO =
      n -> n.isNull() || (n.isNumber() && n.doubleValue() == 0);
  private static final Predicate<JsonNode> ONE =
      n -> n.isNull() || (n.isNumber() && n.doubleValue() == 1);
  private static final Predicate<JsonNode> ALL_FULL =
      n -> {
        for (JsonNode type : n) {
          if (!type.asText().equals("full_attention")) {
            return false;
          }
        }
        return true;
      };

  /** Keys that change what the model computes, and when they do not. */
  private static final Map<String, Predicate<JsonNode>> CHANGING =
      Map.ofEntries(
          Map.entry("quantization_config", NULL),
          Map.entry("compression_config", NULL),
          Map.entry("partial_rotary_factor", ONE),
          Map.entry("rotary_pct", ONE),
          Map.entry("rope_interleaved", FALSE),
          Map.entry("rope_local_base_freq", NULL),
          Map.entry("attn_logit_softcapping", NULL),
          Map.entry("final_logit_softcapping", NULL),
          Map.entry("query_pre_attn_scalar", NULL),
          Map.entry("attention_multiplier", NULL),
          Map.entry("embedding_multiplier", ONE),
          Map.entry("residual_multiplier", ONE),
          Map.entry("logits_scaling", ONE),
          Map.entry("logit_scale", ONE),
          Map.entry("scale_emb", ONE),
          Map.entry("scale_depth", NULL),
          Map.entry("clip_qkv", NULL),
          Map.entry("use_qk_norm", FALSE),
          Map.entry("qk_layernorm", FALSE),
          Map.entry("alibi", FALSE),
          Map.entry("parallel_attn", FALSE),
          Map.entry("use_parallel_residual", FALSE),
          Map.entry("is_encoder_decoder", FALSE),
          Map.entry("add_cross_attention", FALSE),
          Map.entry("num_local_experts", ZERO),
          Map.entry("num_experts", ZERO),
          Map.entry("n_routed_experts", ZERO),
          Map.entry("no_rope_layers", n -> n.isNull() || n.isEmpty()),
          Map.entry("layer_types", ALL_FULL));

  /** Keys about training, storage and the library. */
  private static final Set<String> HARMLESS =
      Set.of(
          "_name_or_path",
          "architectures",
          "attention_dropout",
          "auto_map",
          "dtype",
          "hidden_dropout",
          "id2label",
          "initializer_range",
          "is_llama_config",
          "label2id",
          "output_attentions",
          "output_hidden_states",
          "pad_token_id",
          "pretraining_tp",
          "return_dict",
          "rms_norm_eps",
          "torch_dtype",
          "transformers.js_config",
          "transformers_version",
          "unk_token_id",
          "use_cache");

  private UnknownKeys() {}

  static void check(ConfigReader config, JsonNode root) {
    for (String key : config.unused()) {
      Predicate<JsonNode> neutral = CHANGING.get(key);
      JsonNode value = root.get(key);
      if (neutral != null && !neutral.test(value)) {
        String text = value.toString();
        throw new ModelFormatException(
            config.source()
                + ": "
                + key
                + " = "
                + (text.length() > 60 ? text.substring(0, 60) + "..." : text)
                + " changes what the model computes and is not supported");
      }
      if (neutral == null && !HARMLESS.contains(key)) {
        LOG.info("{}: the key {} is not known and has no effect", config.source(), key);
      }
    }
  }
}
