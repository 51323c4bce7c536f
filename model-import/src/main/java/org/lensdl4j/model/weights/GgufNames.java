package org.lensdl4j.model.weights;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hugging Face's names of one architecture's GGUF tensors, and which of them llama.cpp's converter
 * reorders. A new architecture is a new constant.
 *
 * @param architecture {@code general.architecture}
 * @param layerPrefix what comes before a layer's number at Hugging Face
 * @param whole names outside of the layers
 * @param perLayer stems inside of {@code blk.N.}, to which {@code .weight} or {@code .bias} is
 *     added
 * @param ignored names of tensors that are no weights
 * @param pairedQueries stems whose rows are interleaved by query head
 * @param pairedKeys stems whose rows are interleaved by key/value head
 * @param transposed stems of matrices that Hugging Face has {@code [in, out]}
 * @param normOffset added to the weights of norms in the file
 */
record GgufNames(
    String architecture,
    String layerPrefix,
    Map<String, String> whole,
    Map<String, String> perLayer,
    Set<String> ignored,
    Set<String> pairedQueries,
    Set<String> pairedKeys,
    Set<String> transposed,
    float normOffset) {

  private static final Map<String, String> WHOLE =
      Map.of(
          "token_embd", "model.embed_tokens",
          "output_norm", "model.norm",
          "output", "lm_head");

  private static final Map<String, String> LLAMA_LAYER =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  private static final Map<String, String> HEAD_NORMS =
      Map.of("attn_q_norm", "self_attn.q_norm", "attn_k_norm", "self_attn.k_norm");

  private static final Map<String, String> POST_NORMS =
      Map.of(
          "post_attention_norm", "post_attention_layernorm",
          "ffn_norm", "pre_feedforward_layernorm",
          "post_ffw_norm", "post_feedforward_layernorm");

  private static final Map<String, String> PHI3_LAYER =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_qkv", "self_attn.qkv_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_up", "mlp.gate_up_proj",
          "ffn_down", "mlp.down_proj");

  private static final Map<String, String> GPT2_LAYER =
      Map.of(
          "attn_norm", "ln_1",
          "attn_qkv", "attn.c_attn",
          "attn_output", "attn.c_proj",
          "ffn_norm", "ln_2",
          "ffn_up", "mlp.c_fc",
          "ffn_down", "mlp.c_proj");

  private static final GgufNames LLAMA =
      new GgufNames(
          "llama",
          "model.layers.",
          WHOLE,
          LLAMA_LAYER,
          Set.of("rope_freqs.weight"),
          Set.of("attn_q"),
          Set.of("attn_k"),
          Set.of(),
          0);

  private static final GgufNames GPT2 =
      new GgufNames(
          "gpt2",
          "transformer.h.",
          Map.of(
              "token_embd", "transformer.wte",
              "position_embd", "transformer.wpe",
              "output_norm", "transformer.ln_f",
              "output", "lm_head"),
          GPT2_LAYER,
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of("attn_qkv", "attn_output", "ffn_up", "ffn_down"),
          0);

  private static final Map<String, GgufNames> ALL =
      Stream.of(
              LLAMA,
              alike("qwen2", LLAMA_LAYER, 0),
              alike("qwen3", with(LLAMA_LAYER, HEAD_NORMS), 0),
              alike("phi3", PHI3_LAYER, 0),
              // llama.cpp's converter adds the one of Gemma's norms to their weights.
              alike("gemma2", with(LLAMA_LAYER, POST_NORMS), 1),
              alike("gemma3", with(with(LLAMA_LAYER, POST_NORMS), HEAD_NORMS), 1),
              GPT2)
          .collect(Collectors.toMap(GgufNames::architecture, n -> n));

  private static GgufNames alike(String architecture, Map<String, String> perLayer, float offset) {
    return new GgufNames(
        architecture,
        "model.layers.",
        WHOLE,
        perLayer,
        Set.of("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"),
        Set.of(),
        Set.of(),
        Set.of(),
        offset);
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(some);
    all.putAll(more);
    return Map.copyOf(all);
  }

  private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d{1,6})\\.(.+)\\.(\\w+)");
  private static final Pattern OUTSIDE = Pattern.compile("(.+)\\.(\\w+)");

  static Optional<GgufNames> of(String architecture) {
    return Optional.ofNullable(ALL.get(architecture));
  }

  static Set<String> supported() {
    return new java.util.TreeSet<>(ALL.keySet());
  }

  /** The file's names by Hugging Face's, for a model with this many layers. */
  Map<String, String> byModelName(int layers) {
    Map<String, String> out = new HashMap<>();
    for (String kind : Set.of(".weight", ".bias")) {
      whole.forEach((gguf, hf) -> out.put(hf + kind, gguf + kind));
      for (int i = 0; i < layers; i++) {
        String in = "blk." + i + ".";
        String at = layerPrefix + i + ".";
        perLayer.forEach((gguf, hf) -> out.put(at + hf + kind, in + gguf + kind));
      }
    }
    return out;
  }

  /** Which heads interleave the rows of a tensor. */
  enum Pairing {
    NONE,
    QUERY_HEADS,
    KEY_HEADS
  }

  /**
   * A tensor's name at Hugging Face and how the file differs.
   *
   * @param pairing order of the rows
   * @param transposed whether Hugging Face's rows are the file's columns
   * @param offset what the file has added to all values
   */
  record Target(String name, Pairing pairing, boolean transposed, float offset) {}

  boolean ignores(String ggufName) {
    return ignored.contains(ggufName) || ggufName.endsWith(".attn_rot_embd");
  }

  Optional<Target> map(String ggufName) {
    Matcher m = IN_LAYER.matcher(ggufName);
    if (m.matches()) {
      String stem = m.group(2);
      Pairing pairing =
          pairedQueries.contains(stem)
              ? Pairing.QUERY_HEADS
              : pairedKeys.contains(stem) ? Pairing.KEY_HEADS : Pairing.NONE;
      String hf = perLayer.get(stem);
      if (hf == null) {
        return Optional.empty();
      }
      String name = layerPrefix + Integer.parseInt(m.group(1)) + "." + hf + "." + m.group(3);
      boolean weight = m.group(3).equals("weight");
      boolean turned = weight && transposed.contains(stem);
      return Optional.of(new Target(name, pairing, turned, offset(stem, weight)));
    }
    Matcher outside = OUTSIDE.matcher(ggufName);
    if (!outside.matches() || !whole.containsKey(outside.group(1))) {
      return Optional.empty();
    }
    String stem = outside.group(1);
    float offset = offset(stem, outside.group(2).equals("weight"));
    String name = whole.get(stem) + "." + outside.group(2);
    return Optional.of(new Target(name, Pairing.NONE, false, offset));
  }

  private float offset(String stem, boolean weight) {
    return weight && stem.endsWith("norm") ? normOffset : 0;
  }
}
