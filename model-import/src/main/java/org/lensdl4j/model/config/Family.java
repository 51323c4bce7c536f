package org.lensdl4j.model.config;

import java.util.List;

/**
 * What one {@code model_type} means beyond the common keys of {@code config.json}: its defaults, as
 * in {@code transformers}, and which optional parts it has. A further family is a further constant.
 *
 * @param modelType Hugging Face's name
 * @param architecture the class that {@code transformers} loads
 * @param keyValueHeads heads if the file does not say; 0 for as many as query heads
 * @param maxPositions positions if the file does not say
 * @param attentionBias whether {@code attention_bias} is a key, giving q, k, v and o biases
 * @param mlpBias whether {@code mlp_bias} is a key
 * @param slidingWindow whether {@code sliding_window} is a key
 * @param defaultWindow the window if the file does not say; 0 for none
 */
record Family(
    String modelType,
    String architecture,
    int keyValueHeads,
    int maxPositions,
    boolean attentionBias,
    boolean mlpBias,
    boolean slidingWindow,
    int defaultWindow) {

  static final Family LLAMA =
      new Family("llama", "LlamaForCausalLM", 0, 2048, true, true, false, 0);

  static final Family MISTRAL =
      new Family("mistral", "MistralForCausalLM", 8, 4096 * 32, false, false, true, 4096);

  static final List<Family> ALL = List.of(LLAMA, MISTRAL);
}
