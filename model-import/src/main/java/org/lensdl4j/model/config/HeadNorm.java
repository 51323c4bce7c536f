package org.lensdl4j.model.config;

/** What the norms of queries and keys range over, where a family has them. */
public enum HeadNorm {
  /** Each head alone, all with one weight {@code [headDim]}: Qwen3, Gemma 3. */
  SHARED,
  /** All heads together, weight {@code [heads * headDim]}: OLMo 2. */
  WHOLE,
  /** Each head alone, each with a weight of its own: StableLM. */
  EACH,
  /** The same, in one tensor {@code [heads, headDim]}: Cohere. */
  TABLE
}
