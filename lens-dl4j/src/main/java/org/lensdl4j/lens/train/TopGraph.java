package org.lensdl4j.lens.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The trained layers with losses on top: placeholders in, values of the losses' variables and
 * gradients out. Owns the graph.
 */
final class TopGraph implements AutoCloseable {
  private final TransformerGraph graph;
  private final GraphRunner runner;
  private final List<String> outputs;

  private TopGraph(TransformerGraph graph, List<String> outputs) {
    this.graph = graph;
    this.outputs = List.copyOf(outputs);
    runner = new GraphRunner(graph.sameDiff());
  }

  /**
   * Builds the layers and attaches losses.
   *
   * @param lora adapters to train instead of the layers, or null
   * @param twin a graph of the same kind whose weights the new one shares, or null
   * @param losses attaches them and names the variables that are read beside the gradients
   */
  static TopGraph of(
      TransformerGraph.Builder builder,
      Lora lora,
      TopGraph twin,
      Function<TransformerGraph, List<String>> losses) {
    if (lora != null) {
      builder.lora(lora);
    }
    TransformerGraph graph = (twin == null ? builder : builder.shareWeights(twin.graph)).build();
    try {
      return new TopGraph(graph, losses.apply(graph));
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  /** The adapters that a run trains; null if it trains the layers' own weights. */
  static Lora adapters(LensConfig config) {
    return config.usesLora()
        ? Lora.rank(config.loraRank())
            .alpha(config.resolvedLoraAlpha())
            .targets(config.loraTargets().toArray(String[]::new))
            .seed(config.seed())
        : null;
  }

  /** The trained variables now: the graph's own arrays. */
  Map<String, INDArray> weights() {
    return graph.trainableWeights();
  }

  /** A copy of the adapters, the caller's. */
  LoraAdapters adapters() {
    return graph.adapters();
  }

  /**
   * Writes the weights that training has changed; adapters are merged into their matrices.
   *
   * @param fingerprint of the settings
   */
  void save(Path file, TransformerModel model, String fingerprint) {
    if (!graph.hasAdapters()) {
      TrainedWeights.save(file, weights(), model.hash(), fingerprint);
      return;
    }
    try (TrainedWeights merged = trained(model)) {
      TrainedWeights.save(file, merged.arrays(), model.hash(), fingerprint);
    }
  }

  /** A copy of the changed weights; adapters are merged into their matrices. */
  TrainedWeights trained(TransformerModel model) {
    if (!graph.hasAdapters()) {
      return TrainedWeights.copyOf(weights());
    }
    try (LoraAdapters adapters = graph.adapters()) {
      return new TrainedWeights(adapters.merge(model.weights()));
    }
  }

  /**
   * Values by name of their variable and, by name of the weight, gradients; until the next call.
   */
  Map<String, INDArray> gradients(Map<String, INDArray> placeholders) {
    return runner.gradients(placeholders, outputs, graph.trainable());
  }

  /** Values by name of their variable, valid until the next call. */
  Map<String, INDArray> values(Map<String, INDArray> placeholders) {
    return runner.run(placeholders, outputs);
  }

  @Override
  public void close() {
    runner.close();
    graph.close();
  }
}
