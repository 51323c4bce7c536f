package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.loss.TokenLoss;
import org.lensdl4j.lens.states.Boundary;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Training on answers: next-token cross-entropy, computed only where a response's token is next.
 *
 * <p>A micro-batch's loss is the sum over its response tokens, in nats, so that micro-batches add
 * up to the mean over a step's tokens whatever their lengths: what {@code transformers} does with
 * labels of -100.
 */
final class ResponseObjective implements Objective<ResponseObjective.Micro, TuningStep> {
  private static final String LABELS = "labels";
  private static final String COUNTED = "counted";
  private static final String LOSS = TokenLoss.CROSS_ENTROPY + "_loss";

  /**
   * What is known of a micro-batch.
   *
   * @param nats sum of cross-entropy over its response tokens
   * @param tokens number of these
   */
  record Micro(double nats, int tokens) {}

  private final ModelConfig model;
  private final Weights weights;
  private final TuningConfig config;
  private final List<EncodedInstruction> items;
  private final Boundary states;

  ResponseObjective(
      ModelConfig model,
      Weights weights,
      TuningConfig config,
      List<EncodedInstruction> items,
      Boundary states) {
    this.model = model;
    this.weights = weights;
    this.config = config;
    this.items = items;
    this.states = states;
  }

  /** A trainer at the start of its run. */
  Trainer<Micro, TuningStep> trainer() {
    Trainer.Adam adam = new Trainer.Adam(0.9, 0.999, 1e-8, 0);
    int threads = Runtime.getRuntime().availableProcessors();
    return new Trainer<>(this, config, adam, items.size(), true, threads);
  }

  @Override
  public TopGraph graph(TopGraph twin) {
    TransformerGraph.Builder builder =
        TransformerGraph.builder(model, weights).topLayers(config.topLayers()).chooseRows().head();
    if (config.lora() == null) {
      builder.trainable(model.names()::inLayer);
    }
    return TopGraph.of(builder, config.lora(), twin, this::losses);
  }

  private List<String> losses(TransformerGraph graph) {
    SameDiff sd = graph.sameDiff();
    SDVariable labels = sd.placeHolder(LABELS, DataType.INT, -1);
    SDVariable counted = sd.placeHolder(COUNTED, DataType.FLOAT, -1);
    // Times the number of tokens: a sum instead of a mean.
    TokenLoss.crossEntropy(
            sd.getVariable(TransformerGraph.LOGITS), model.vocabSize(), labels, counted)
        .weight(counted.sum(0))
        .attach();
    return List.of(LOSS);
  }

  @Override
  public long bytes(TopGraph graph) {
    return Float.BYTES * graph.weights().values().stream().mapToLong(INDArray::length).sum();
  }

  @Override
  public Map<String, INDArray> placeholders(List<Integer> chosen) {
    int shared = states.sharedTokens();
    int[] own = chosen.stream().mapToInt(i -> items.get(i).ids().length - shared).toArray();
    RowBatch batch = new RowBatch(shared, own);
    List<Integer> rows = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      EncodedInstruction item = items.get(chosen.get(i));
      int[] rowOf = batch.rowsOf(i);
      for (int from : item.from()) {
        rows.add(rowOf[from]);
      }
      for (int label : item.labels()) {
        labels.add(label);
      }
    }
    try (OwnedArrays out = new OwnedArrays()) {
      out.putAll(batch.placeholders(model, rows.stream().mapToInt(r -> r).toArray()));
      out.put(TransformerGraph.HIDDEN, states.rows(chosen));
      out.put(COUNTED, Nd4j.ones(DataType.FLOAT, labels.size()));
      out.put(LABELS, Nd4j.createFromArray(labels.stream().mapToInt(l -> l).toArray()));
      return out.handOver();
    }
  }

  /** The sum of cross-entropy over the response tokens of some instructions, in nats. */
  double nats(TopGraph graph, List<Integer> chosen) {
    Map<String, INDArray> in = placeholders(chosen);
    try {
      return graph.values(in).get(LOSS).getDouble(0);
    } finally {
      in.values().forEach(INDArray::close);
    }
  }

  @Override
  public Micro micro(int epoch, int number, List<Integer> chosen, Map<String, INDArray> values) {
    int tokens = chosen.stream().mapToInt(i -> items.get(i).responseLength()).sum();
    return new Micro(values.get(LOSS).getDouble(0), tokens);
  }

  @Override
  public double loss(Micro micro) {
    return micro.nats();
  }

  @Override
  public double divisor(List<List<Integer>> micros) {
    return micros.stream().flatMap(List::stream).mapToInt(i -> items.get(i).responseLength()).sum();
  }

  @Override
  public TuningStep step(Step step, List<Micro> micros) {
    double nats = 0;
    int tokens = 0;
    for (Micro micro : micros) {
      nats += micro.nats();
      tokens += micro.tokens();
    }
    return new TuningStep(
        step.step(),
        step.steps(),
        step.epoch(),
        step.learningRate(),
        step.gradientNorm(),
        nats / tokens,
        tokens);
  }

  @Override
  public String items() {
    return "instructions";
  }

  @Override
  public String advice() {
    return "lower the learning rate";
  }
}
