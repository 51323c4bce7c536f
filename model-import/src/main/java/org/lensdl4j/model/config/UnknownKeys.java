package org.lensdl4j.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.lensdl4j.model.base.ModelFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to keys of {@code config.json} that were not read: those known to change the result
 * are refused unless neutral, those known to be harmless are accepted, the rest is logged.
 */
final class UnknownKeys {
  private static final Logger LOG = LoggerFactory.getLogger(UnknownKeys.class);

  /** Keys that change what the model computes, and when they do not. */
  private static final Map<String, Predicate<JsonNode>> CHANGING =
      Map.ofEntries(
          Map.entry("quantization_config", JsonNode::isNull),
          Map.entry("compression_config", JsonNode::isNull),
          Map.entry("partial_rotary_factor", n -> is(n, 1)),
          Map.entry("rotary_pct", n -> is(n, 1)),
          Map.entry("rope_interleaved", UnknownKeys::isFalse),
          Map.entry("rope_local_base_freq", JsonNode::isNull),
          Map.entry("attn_logit_softcapping", JsonNode::isNull),
          Map.entry("final_logit_softcapping", JsonNode::isNull),
          Map.entry("query_pre_attn_scalar", JsonNode::isNull),
          Map.entry("attention_multiplier", JsonNode::isNull),
          Map.entry("embedding_multiplier", n -> is(n, 1)),
          Map.entry("residual_multiplier", n -> is(n, 1)),
          Map.entry("logits_scaling", n -> is(n, 1)),
          Map.entry("logit_scale", n -> is(n, 1)),
          Map.entry("scale_emb", n -> is(n, 1)),
          Map.entry("scale_depth", JsonNode::isNull),
          Map.entry("clip_qkv", JsonNode::isNull),
          Map.entry("use_qk_norm", UnknownKeys::isFalse),
          Map.entry("qk_layernorm", UnknownKeys::isFalse),
          Map.entry("alibi", UnknownKeys::isFalse),
          Map.entry("parallel_attn", UnknownKeys::isFalse),
          Map.entry("use_parallel_residual", UnknownKeys::isFalse),
          Map.entry("is_encoder_decoder", UnknownKeys::isFalse),
          Map.entry("add_cross_attention", UnknownKeys::isFalse),
          Map.entry("num_local_experts", n -> is(n, 0)),
          Map.entry("num_experts", n -> is(n, 0)),
          Map.entry("n_routed_experts", n -> is(n, 0)),
          Map.entry("no_rope_layers", n -> n.isNull() || n.isEmpty()),
          Map.entry("layer_types", UnknownKeys::isAllFull),
          Map.entry("use_bidirectional_attention", UnknownKeys::isFalse),
          Map.entry("scale_attn_by_inverse_layer_idx", UnknownKeys::isFalse),
          Map.entry("apply_residual_connection_post_layernorm", UnknownKeys::isFalse),
          Map.entry("text_config", JsonNode::isNull),
          Map.entry("mscale", JsonNode::isNull));

  /** Keys about training, storage and the library. */
  private static final Set<String> HARMLESS =
      Set.of(
          "_name_or_path",
          "architectures",
          "attention_dropout",
          "attention_probs_dropout_prob",
          "auto_map",
          "classifier_dropout",
          "dtype",
          "gradient_checkpointing",
          "hidden_dropout",
          "hidden_dropout_prob",
          "id2label",
          "initializer_range",
          "is_llama_config",
          "label2id",
          "model_type",
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
        throw refusal(config.source(), key, value);
      }
      if (neutral == null && !HARMLESS.contains(key)) {
        LOG.info("{}: the key {} is not known and has no effect", config.source(), key);
      }
    }
  }

  static ModelFormatException refusal(String source, String key, JsonNode value) {
    String text = value.toString();
    return new ModelFormatException(
        source
            + ": "
            + key
            + " = "
            + (text.length() > 60 ? text.substring(0, 60) + "..." : text)
            + " changes what the model computes and is not supported");
  }

  private static boolean isFalse(JsonNode n) {
    return n.isNull() || (n.isBoolean() && !n.booleanValue());
  }

  private static boolean is(JsonNode n, double neutral) {
    return n.isNull() || (n.isNumber() && n.doubleValue() == neutral);
  }

  private static boolean isAllFull(JsonNode n) {
    for (JsonNode type : n) {
      if (!type.asText().equals("full_attention")) {
        return false;
      }
    }
    return true;
  }
}
