package org.lensdl4j.examples.inspect;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.config.Rotary;
import org.lensdl4j.model.weights.TensorInfo;

/** What is in a model. */
public final class ModelSummary {
  private ModelSummary() {}

  /** The summary, several lines. */
  public static String of(TransformerModel model) {
    ModelConfig c = model.config();
    Map<String, TensorInfo> tensors = model.weights().tensors();
    long parameters = tensors.values().stream().mapToLong(TensorInfo::elements).sum();
    return new Facts()
        .add("kind", "model (%s)", model.gguf().isPresent() ? "GGUF" : "Hugging Face directory")
        .add("architecture", c.modelType())
        .add("layers", "%d of size %d", c.layers(), c.hiddenSize())
        .add("attention", attention(c))
        .add("MLP", "%d wide%s", c.intermediateSize(), c.mlpBias() ? ", biases" : "")
        .add("positions", "%d, %s", c.maxPositions(), positions(c))
        .add("vocabulary", "%d, %s", c.vocabSize(), head(c))
        .add("tensors", "%d with %,d values", tensors.size(), parameters)
        .add("types", types(tensors))
        .add("tokenizer", tokenizer(model))
        .add("template", model.chatTemplate().isPresent() ? "yes" : "no")
        .add("hash", Facts.brief(model.hash()))
        .toString();
  }

  private static String attention(ModelConfig c) {
    return String.format(
        Locale.ROOT,
        "%d heads of size %d, %d for keys and values%s%s",
        c.heads(),
        c.headDim(),
        c.keyValueHeads(),
        c.slidingWindow() > 0 ? ", window of " + c.slidingWindow() : "",
        c.attentionBias() ? ", biases" : "");
  }

  private static String positions(ModelConfig c) {
    return switch (c.structure().positions()) {
      case ROTARY -> "rotary " + rotary(c.rotary());
      case LEARNED -> c.names().relativeBias().isEmpty() ? "learned" : "learned, and relative";
      case ALIBI -> "ALiBi";
    };
  }

  private static String head(ModelConfig c) {
    if (c.isEncoder()) {
      return "no head (an encoder)";
    }
    return c.tiedHead() ? "head tied" : "head of its own";
  }

  private static String rotary(Rotary r) {
    String base = String.format(Locale.ROOT, "base %.0f", r.theta());
    return switch (r.scaling()) {
      case NONE -> base;
      case LINEAR -> base + ", linear scaling by " + r.factor();
      case LLAMA3 -> base + ", llama3 scaling by " + r.factor();
      case LONGROPE -> base + ", longrope scaling by " + r.factor();
      case YARN -> base + ", yarn scaling by " + r.factor();
    };
  }

  private static String types(Map<String, TensorInfo> tensors) {
    Map<String, Long> count =
        tensors.values().stream()
            .collect(
                Collectors.groupingBy(t -> t.dtype().name(), TreeMap::new, Collectors.counting()));
    return count.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String tokenizer(TransformerModel model) {
    try {
      return String.format(
          Locale.ROOT,
          "%d tokens, hash %s",
          model.tokenizer().size(),
          Facts.brief(model.tokenizer().hash()));
    } catch (RuntimeException e) {
      return "none: " + e.getMessage();
    }
  }
}
