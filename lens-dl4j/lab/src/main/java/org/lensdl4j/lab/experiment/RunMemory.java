package org.lensdl4j.lab.experiment;

import java.util.Arrays;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.text.TextTokenizer;
import org.lensdl4j.model.weights.TensorInfo;

/**
 * Native memory that a run takes, roughly: within a factor of two of what was measured on SmolLM2
 * and Gemma 3 with micro-batches of 1 and 8 prompts.
 */
final class RunMemory {
  /** Weights, gradients and two moments, and what is held to save and to restore them. */
  private static final int COPIES = 6;

  /**
   * Arrays of the hidden size, of the heads' width and of the MLP's that a layer's gradient needs.
   */
  private static final int HIDDEN = 16;

  private static final int ATTENTION = 14;
  private static final int MLP = 5;

  /** Arrays of one number for each pair of tokens and head. */
  private static final int PAIRS = 4;

  /** What a chat template adds to a text. */
  private static final int TEMPLATE = 10;

  private RunMemory() {}

  /** Of trained layers: themselves and their optimiser. */
  static long layers(TransformerModel model, int topLayers) {
    long weights = 0;
    int layers = model.config().layers();
    for (int layer = Math.max(0, layers - topLayers); layer < layers; layer++) {
      String prefix = model.config().names().layerPrefix(layer);
      weights +=
          model.weights().tensors().values().stream()
              .filter(t -> t.name().startsWith(prefix))
              .mapToLong(TensorInfo::elements)
              .sum();
    }
    return Float.BYTES * COPIES * weights;
  }

  /**
   * Of the intermediate results of the largest micro-batch.
   *
   * @param maxTokens longest prompt
   */
  static long microBatch(
      TransformerModel model, ParallelCorpus texts, int topLayers, int batchSize, int maxTokens) {
    ModelConfig config = model.config();
    long tokens = largest(model.tokenizer(), texts, batchSize, maxTokens);
    long wide =
        tokens
            * (HIDDEN * config.hiddenSize()
                + ATTENTION * config.heads() * config.headDim()
                + (long) MLP * config.intermediateSize());
    // Texts attend in as many groups as a prompt has languages, or one each.
    int groups = Math.max(1, Math.min(batchSize, texts.languages().size()));
    long pairs = PAIRS * config.heads() * (tokens * tokens / groups);
    return Float.BYTES * Math.min(topLayers, config.layers()) * (wide + pairs);
  }

  /** Tokens of the texts that come together in the order of the corpus. */
  private static long largest(
      TextTokenizer tokenizer, ParallelCorpus texts, int batchSize, int maxTokens) {
    long[] each = new long[texts.size()];
    for (String language : texts.languages()) {
      for (int t = 0; t < each.length; t++) {
        int length = tokenizer.encode(texts.text(language, t)).length + TEMPLATE;
        each[t] += Math.min(maxTokens, length);
      }
    }
    Arrays.sort(each);
    // Shuffled texts may meet in any way: the longest ones.
    return Arrays.stream(each).skip(Math.max(0, each.length - batchSize)).sum();
  }
}
