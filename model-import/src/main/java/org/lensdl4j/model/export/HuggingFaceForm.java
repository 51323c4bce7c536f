package org.lensdl4j.model.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.lensdl4j.model.base.ModelFormatException;
import org.lensdl4j.model.config.ModelConfig;

/** A description as Hugging Face's class for its family expects it. */
final class HuggingFaceForm {
  private HuggingFaceForm() {}

  /** The same model as one that a class of {@code transformers} can express. */
  static ModelConfig of(ModelConfig c, String source) {
    if (!c.modelType().equals("llama")) {
      return c;
    }
    boolean attention = c.attentionBias() || c.outputBias();
    if (c.slidingWindow() > 0 && (attention || c.mlpBias())) {
      throw new ModelFormatException(
          source + " has a sliding window and biases: Hugging Face has no such LLaMA or Mistral");
    }
    return new ModelConfig(
        c.slidingWindow() > 0 ? "mistral" : c.modelType(),
        c.hiddenSize(),
        c.layers(),
        c.heads(),
        c.keyValueHeads(),
        c.headDim(),
        c.intermediateSize(),
        c.vocabSize(),
        c.maxPositions(),
        c.normEpsilon(),
        c.rotary(),
        c.slidingWindow(),
        attention,
        attention,
        c.mlpBias(),
        c.tiedHead(),
        c.bosToken(),
        c.eosTokens(),
        c.structure());
  }

  static void putEnds(ObjectNode out, List<Integer> ends) {
    if (ends.isEmpty()) {
      out.putNull("eos_token_id");
    } else if (ends.size() == 1) {
      out.put("eos_token_id", ends.get(0));
    } else {
      ends.forEach(out.putArray("eos_token_id")::add);
    }
  }
}
