package org.lensdl4j.lens.train;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.weights.Weights;

/**
 * How well a model knows the answers of instructions that it has not learned.
 *
 * @param loss mean cross-entropy of the response tokens, in nats
 * @param bitsPerByte bits that the responses take, per UTF-8 byte: comparable between languages and
 *     tokenizers
 * @param tokens number of response tokens
 */
public record ResponseScore(double loss, double bitsPerByte, int tokens) {

  /**
   * Scores a model.
   *
   * @param trained what lies over the model's weights, or null for the model as it is
   * @param config prompts, lengths and number of top layers as in training; nothing below these
   *     layers may have changed
   */
  public static ResponseScore of(
      TransformerModel model,
      TrainedWeights trained,
      InstructionCorpus corpus,
      TuningConfig config,
      StateCache cache) {
    // Merged already: a graph with adapters would add them once more.
    TuningConfig plain = config.toBuilder().lora(null).build();
    List<EncodedInstruction> items = new InstructionEncoder(model, config).encode(corpus);
    Weights weights = trained == null ? model.weights() : trained.over(model);
    double nats = 0;
    int tokens = items.stream().mapToInt(EncodedInstruction::responseLength).sum();
    long bytes = 0;
    try (Boundary states =
        EncodedInstruction.boundary(model, items, config.topLayers(), cache, Progress.NONE)) {
      ResponseObjective answers =
          new ResponseObjective(model.config(), weights, plain, items, states);
      try (TopGraph graph = answers.graph(null)) {
        for (int from = 0; from < items.size(); from += config.batchSize()) {
          int to = Math.min(items.size(), from + config.batchSize());
          nats += answers.nats(graph, IntStream.range(from, to).boxed().toList());
        }
      }
    }
    for (Instruction item : corpus.items()) {
      bytes += item.response().strip().getBytes(StandardCharsets.UTF_8).length;
    }
    return new ResponseScore(nats / tokens, nats / Math.log(2) / bytes, tokens);
  }
}
