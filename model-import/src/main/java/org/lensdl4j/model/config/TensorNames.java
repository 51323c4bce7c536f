package org.lensdl4j.model.config;

/** Hugging Face's tensor names of the LLaMA layout. */
public final class TensorNames {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM = "model.norm.weight";
  public static final String HEAD = "lm_head.weight";

  private TensorNames() {}

  /**
   * The name of a tensor of one decoder layer.
   *
   * @param layer 0-based, as in the files
   * @param part for example {@code self_attn.q_proj.weight}
   */
  public static String layer(int layer, String part) {
    return "model.layers." + layer + "." + part;
  }
}
