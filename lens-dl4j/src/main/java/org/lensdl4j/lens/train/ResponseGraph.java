package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.loss.TokenLoss;
import org.lensdl4j.lens.loss.WeightedTerm;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The top layers with next-token cross-entropy on top, computed only where a response's token is
 * next.
 *
 * <p>The loss is the sum over response tokens, so that micro-batches add up to the mean over a
 * step's tokens whatever their lengths: what {@code transformers} does with labels of -100.
 */
final class ResponseGraph implements AutoCloseable {
  private static final String LABELS = "labels";
  private static final String COUNTED = "counted";

  private final ModelConfig config;
  private final TransformerGraph graph;
  private final GraphRunner runner;
  private final String loss;

  /**
   * @param twin a graph of the same kind whose weights this one shares, or null
   */
  ResponseGraph(ModelConfig config, Weights weights, TuningConfig tuning, ResponseGraph twin) {
    this.config = config;
    TransformerGraph.Builder builder =
        TransformerGraph.builder(config, weights).topLayers(tuning.topLayers()).chooseRows();
    if (tuning.lora() == null) {
      builder.trainable(config.names()::inLayer);
    } else {
      builder.lora(tuning.lora());
    }
    graph = (twin == null ? builder.head() : builder.head().shareWeights(twin.graph)).build();
    loss = attach().loss().name();
    runner = new GraphRunner(graph.sameDiff());
  }

  private WeightedTerm attach() {
    SameDiff sd = graph.sameDiff();
    SDVariable labels = sd.placeHolder(LABELS, DataType.INT, -1);
    SDVariable counted = sd.placeHolder(COUNTED, DataType.FLOAT, -1);
    // Times the number of tokens: a sum instead of a mean.
    return TokenLoss.crossEntropy(
            sd.getVariable(TransformerGraph.LOGITS), config.vocabSize(), labels, counted)
        .weight(counted.sum(0))
        .attach();
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
   * Loss and gradients of some instructions.
   *
   * @return the sum of cross-entropy over response tokens in nats, and gradients by name of their
   *     variable; valid until the next call
   */
  Found gradients(List<EncodedInstruction> items, BoundaryStates states, List<Integer> chosen) {
    Map<String, INDArray> in = placeholders(items, states, chosen);
    try {
      Map<String, INDArray> found = runner.gradients(in, List.of(loss), graph.trainable());
      return new Found(found.get(loss).getDouble(0), found);
    } finally {
      in.values().forEach(INDArray::close);
    }
  }

  /** What {@link #gradients} yields. */
  record Found(double nats, Map<String, INDArray> gradients) {}

  /** The sum of cross-entropy over the response tokens of some instructions, in nats. */
  double nats(List<EncodedInstruction> items, BoundaryStates states, List<Integer> chosen) {
    Map<String, INDArray> in = placeholders(items, states, chosen);
    try {
      return runner.run(in, List.of(loss)).get(loss).getDouble(0);
    } finally {
      in.values().forEach(INDArray::close);
    }
  }

  private Map<String, INDArray> placeholders(
      List<EncodedInstruction> items, BoundaryStates states, Collection<Integer> numbers) {
    List<Integer> chosen = new ArrayList<>(numbers);
    int shared = states.shared();
    int[] own = new int[chosen.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = items.get(chosen.get(i)).ids().length - shared;
    }
    RowBatch batch = new RowBatch(shared, own);
    List<Integer> rows = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      EncodedInstruction item = items.get(chosen.get(i));
      int[] rowOf = batch.rowsOf(i);
      for (int position : item.from()) {
        rows.add(rowOf[position]);
      }
      for (int label : item.labels()) {
        labels.add(label);
      }
    }
    Map<String, INDArray> out =
        new HashMap<>(batch.placeholders(config, rows.stream().mapToInt(r -> r).toArray()));
    out.put(TransformerGraph.HIDDEN, states.rows(chosen));
    out.put(COUNTED, Nd4j.ones(DataType.FLOAT, labels.size()));
    out.put(LABELS, Nd4j.createFromArray(labels.stream().mapToInt(l -> l).toArray()));
    return out;
  }

  @Override
  public void close() {
    runner.close();
    graph.close();
  }
}
