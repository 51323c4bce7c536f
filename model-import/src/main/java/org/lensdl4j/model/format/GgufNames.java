package org.lensdl4j.model.format;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one architecture's GGUF tensors are called at Hugging Face, and which of them llama.cpp's
 * converter reorders. A further architecture is a further constant.
 *
 * @param architecture {@code general.architecture}
 * @param whole names outside of the layers
 * @param perLayer stems inside of {@code blk.N.}, to which {@code .weight} or {@code .bias} is
 *     added
 * @param ignored names that carry no weights of the model
 * @param pairedQueries stems whose rows are interleaved by query head
 * @param pairedKeys stems whose rows are interleaved by key/value head
 */
record GgufNames(
    String architecture,
    Map<String, String> whole,
    Map<String, String> perLayer,
    Set<String> ignored,
    Set<String> pairedQueries,
    Set<String> pairedKeys) {

  static final GgufNames LLAMA =
      new GgufNames(
          "llama",
          Map.of(
              "token_embd", "model.embed_tokens",
              "output_norm", "model.norm",
              "output", "lm_head"),
          Map.of(
              "attn_norm", "input_layernorm",
              "attn_q", "self_attn.q_proj",
              "attn_k", "self_attn.k_proj",
              "attn_v", "self_attn.v_proj",
              "attn_output", "self_attn.o_proj",
              "ffn_norm", "post_attention_layernorm",
              "ffn_gate", "mlp.gate_proj",
              "ffn_up", "mlp.up_proj",
              "ffn_down", "mlp.down_proj"),
          Set.of("rope_freqs.weight"),
          Set.of("attn_q"),
          Set.of("attn_k"));

  private static final Map<String, GgufNames> ALL = Map.of("llama", LLAMA);

  private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d{1,6})\\.(.+)\\.(\\w+)");
  private static final Pattern OUTSIDE = Pattern.compile("(.+)\\.(\\w+)");

  static Optional<GgufNames> of(String architecture) {
    return Optional.ofNullable(ALL.get(architecture));
  }

  static Set<String> supported() {
    return new java.util.TreeSet<>(ALL.keySet());
  }

  /** Which heads interleave the rows of a tensor. */
  enum Pairing {
    NONE,
    QUERY_HEADS,
    KEY_HEADS
  }

  /** A tensor's name at Hugging Face and the order of its rows. */
  record Target(String name, Pairing pairing) {}

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
      return Optional.ofNullable(perLayer.get(stem))
          .map(
              hf ->
                  new Target(
                      "model.layers." + Integer.parseInt(m.group(1)) + "." + hf + "." + m.group(3),
                      pairing));
    }
    Matcher outside = OUTSIDE.matcher(ggufName);
    if (!outside.matches()) {
      return Optional.empty();
    }
    return Optional.ofNullable(whole.get(outside.group(1)))
        .map(hf -> new Target(hf + "." + outside.group(2), Pairing.NONE));
  }
}
