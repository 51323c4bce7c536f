package org.lensdl4j.model.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a family's tensors are called at Hugging Face. Those that are not named are not there.
 *
 * @param prefix before all names but the head's: {@code model.}
 * @param layers before a layer's number: {@code layers}
 * @param embedding stem of the token embedding
 * @param positions stem of the learned positions, or empty
 * @param tokenTypes stem of the token types, of which all tokens get the first, or empty
 * @param embeddingNorm stem of the norm after the embedding, or empty
 * @param finalNorm stem of the norm after the last layer, or empty
 * @param head the LM head where it is not the embedding
 * @param relativeBias stem of the biases by relative position, or empty
 * @param stems of the tensors of a layer
 */
public record ParameterNames(
    String prefix,
    String layers,
    String embedding,
    String positions,
    String tokenTypes,
    String embeddingNorm,
    String finalNorm,
    String head,
    String relativeBias,
    Map<TensorRole, String> stems) {

  /** LLaMA's names, which most families share. */
  public static final ParameterNames LLAMA =
      new ParameterNames(
          "model.",
          "layers",
          "embed_tokens",
          "",
          "",
          "norm",
          "lm_head",
          Map.of(
              TensorRole.ATTENTION_NORM, "input_layernorm",
              TensorRole.QUERY, "self_attn.q_proj",
              TensorRole.KEY, "self_attn.k_proj",
              TensorRole.VALUE, "self_attn.v_proj",
              TensorRole.OUTPUT, "self_attn.o_proj",
              TensorRole.MLP_NORM, "post_attention_layernorm",
              TensorRole.GATE, "mlp.gate_proj",
              TensorRole.UP, "mlp.up_proj",
              TensorRole.DOWN, "mlp.down_proj"));

  /** Names without token types and relative positions, which only encoders have. */
  public ParameterNames(
      String prefix,
      String layers,
      String embedding,
      String positions,
      String embeddingNorm,
      String finalNorm,
      String head,
      Map<TensorRole, String> stems) {
    this(prefix, layers, embedding, positions, "", embeddingNorm, finalNorm, head, "", stems);
  }

  public ParameterNames {
    stems = Collections.unmodifiableMap(new EnumMap<>(stems));
  }

  /** The same with one more tensor, or another name for it. */
  public ParameterNames with(TensorRole role, String stem) {
    Map<TensorRole, String> all = new EnumMap<>(stems);
    all.put(role, stem);
    return derived(prefix, all);
  }

  /** The same without some tensors. */
  public ParameterNames without(TensorRole... gone) {
    Map<TensorRole, String> all = new EnumMap<>(stems);
    for (TensorRole role : gone) {
      all.remove(role);
    }
    return derived(prefix, all);
  }

  /** The same with another prefix: files that hold a model without its head lack it. */
  public ParameterNames withPrefix(String other) {
    return derived(other, stems);
  }

  private ParameterNames derived(String otherPrefix, Map<TensorRole, String> otherStems) {
    return new ParameterNames(
        otherPrefix,
        layers,
        embedding,
        positions,
        tokenTypes,
        embeddingNorm,
        finalNorm,
        head,
        relativeBias,
        otherStems);
  }

  /** Whether a layer has such a tensor. */
  public boolean has(TensorRole role) {
    return stems.containsKey(role);
  }

  /** The token embedding. */
  public String embeddingWeight() {
    return prefix + embedding + ".weight";
  }

  /** The learned positions. */
  public String positionsWeight() {
    return prefix + positions + ".weight";
  }

  /** The token types; {@link #tokenTypes()} says whether there are some. */
  public String tokenTypesWeight() {
    return prefix + tokenTypes + ".weight";
  }

  /** The biases by relative position; {@link #relativeBias()} says whether there are some. */
  public String relativeBiasWeight() {
    return prefix + relativeBias + ".weight";
  }

  /** Stem of the norm after the embedding; {@link #embeddingNorm()} says whether there is one. */
  public String embeddingNormStem() {
    return prefix + embeddingNorm;
  }

  /** Stem of the norm after the last layer; {@link #finalNorm()} says whether there is one. */
  public String finalNormStem() {
    return prefix + finalNorm;
  }

  /** The LM head's own weight. */
  public String headWeight() {
    return head + ".weight";
  }

  /** What all names of a layer begin with; the layer is 0-based, as in the files. */
  public String layerPrefix(int layer) {
    return prefix + layers + "." + layer + ".";
  }

  /** Whether a tensor belongs to a layer. */
  public boolean inLayer(String name) {
    return name.startsWith(prefix + layers + ".");
  }

  /** A role's name without {@code .weight}. */
  public String stem(int layer, TensorRole role) {
    String stem = stems.get(role);
    if (stem == null) {
      throw new IllegalArgumentException("this family has no " + role);
    }
    return layerPrefix(layer) + stem;
  }

  /** A role's weight. */
  public String weight(int layer, TensorRole role) {
    return stem(layer, role) + ".weight";
  }

  /** A role's bias. */
  public String bias(int layer, TensorRole role) {
    return stem(layer, role) + ".bias";
  }
}
