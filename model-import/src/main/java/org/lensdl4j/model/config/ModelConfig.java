package org.lensdl4j.model.config;

/**
 * The description of one decoder-only transformer: everything that the graph builder and the trunk
 * need to know beside the weights. A family of models is a way to fill this record.
 *
 * @param modelType Hugging Face's {@code model_type}: {@code llama}, {@code mistral}
 * @param hiddenSize d
 * @param layers K, the number of decoder layers
 * @param heads query heads
 * @param keyValueHeads key/value heads; divides {@code heads}
 * @param headDim size of one head
 * @param intermediateSize width of the MLP
 * @param vocabSize rows of the embedding
 * @param maxPositions the longest sequence that the model was made for
 * @param normEpsilon added to the mean square in RMSNorm
 * @param rotary position embedding
 * @param slidingWindow tokens that a query sees, itself included; 0 for all
 * @param attentionBias whether q, k and v have biases
 * @param outputBias whether o has a bias
 * @param mlpBias whether gate, up and down have biases
 * @param tiedHead whether the LM head is the embedding
 * @param bosToken id that begins a text, or -1; whether it is put there is the tokenizer's rule
 * @param eosTokens ids that end a generation
 */
public record ModelConfig(
    String modelType,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int intermediateSize,
    int vocabSize,
    int maxPositions,
    double normEpsilon,
    Rotary rotary,
    int slidingWindow,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    boolean tiedHead,
    int bosToken,
    java.util.List<Integer> eosTokens) {
  public ModelConfig {
    eosTokens = java.util.List.copyOf(eosTokens);
  }
}
