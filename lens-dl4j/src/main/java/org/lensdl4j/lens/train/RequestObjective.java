package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.lens.loss.StateLoss;
import org.lensdl4j.lens.loss.TokenLoss;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.RowBatch;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Training on requests for a language (method.md section 7): a target at the tokens of answers in
 * other languages, {@code retain} at those in the central one, and the fence.
 *
 * <p>A micro-batch's loss is a sum over its tokens, so that micro-batches add up to the mean over a
 * step's tokens whatever their lengths and languages.
 */
final class RequestObjective implements Objective<RequestObjective.Micro, StepReport> {
  private static final String WANTED = "wanted";
  private static final String ASKED = "asked";
  private static final String HELD = "held";
  private static final String LABELS = "labels";
  private static final String RETAIN = "retain_";

  /**
   * What is known of a micro-batch.
   *
   * @param report as listeners hear it
   * @param target sum of the target over the tokens of each language
   * @param tokens number of these
   * @param retain sum over the tokens of the central language
   * @param held number of these
   * @param fence sum of the fence over all other tokens
   */
  record Micro(
      MicroReport report,
      Map<String, Double> target,
      Map<String, Integer> tokens,
      double retain,
      int held,
      double fence) {}

  private final TransformerModel model;
  private final LanguageSpace space;
  private final LensConfig config;
  private final List<EncodedRequest> items;
  private final RequestStates states;
  private final List<RequestFence> fences = new ArrayList<>();
  private final int central;
  private final float[][] displacements;

  RequestObjective(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      List<EncodedRequest> items,
      RequestStates states) {
    this.model = model;
    this.space = space;
    this.config = config;
    this.items = items;
    this.states = states;
    List<String> languages = config.languages();
    central = languages.indexOf(config.central());
    displacements = new float[languages.size()][space.hiddenSize()];
    for (int l = 0; l < displacements.length; l++) {
      if (l != central) {
        double[] direction = space.direction(space.layers(), languages.get(l));
        for (int k = 0; k < direction.length; k++) {
          displacements[l][k] = (float) (config.lambda(languages.get(l)) * direction[k]);
        }
      }
    }
    for (int below = 0; config.fence() > 0 && below < config.lossLayers(); below++) {
      fences.add(RequestFence.of(space, languages, below, items, states));
    }
  }

  /** A trainer at the start of its run. */
  Trainer<Micro, StepReport> trainer(int threads) {
    return new Trainer<>(
        this,
        config,
        new Trainer.Adam(
            config.beta1(), config.beta2(), config.epsilon(), config.checkpointEvery()),
        items.size(),
        config.shuffle(),
        threads);
  }

  @Override
  public TopGraph graph(TopGraph twin) {
    TransformerGraph.Builder builder =
        TransformerGraph.builder(model.config(), model.weights())
            .topLayers(config.topLayers())
            .chooseRows();
    if (config.target().readsScores()) {
      builder.head();
    }
    if (!config.usesLora()) {
      builder.trainable(model.config().names()::inLayer);
    }
    return TopGraph.of(builder, TopGraph.adapters(config), twin, this::losses);
  }

  private List<String> losses(TransformerGraph graph) {
    SameDiff sd = graph.sameDiff();
    SDVariable now = sd.getVariable(graph.output());
    int hidden = model.config().hiddenSize();
    SDVariable wanted = sd.placeHolder(WANTED, DataType.FLOAT, -1, hidden);
    SDVariable asked = sd.placeHolder(ASKED, DataType.FLOAT, -1);
    SDVariable held = sd.placeHolder(HELD, DataType.FLOAT, -1);
    // Times the number of tokens: sums instead of means.
    SDVariable weight = asked.sum(0).mul(config.separate());
    switch (config.target()) {
      case SCORES ->
          TokenLoss.distillation(
                  sd.getVariable(TransformerGraph.LOGITS),
                  graph.scores(wanted),
                  model.config().vocabSize(),
                  asked)
              .weight(weight)
              .attach();
      case ANSWERS ->
          TokenLoss.crossEntropy(
                  sd.getVariable(TransformerGraph.LOGITS),
                  model.config().vocabSize(),
                  sd.placeHolder(LABELS, DataType.INT, -1),
                  asked)
              .weight(weight)
              .attach();
      default -> {
        StateLoss loss = StateLoss.distance(now, wanted, hidden, asked).weight(weight);
        if (config.target() == RequestTarget.SPECIFIC) {
          loss.within(space.specificArray(space.layers()));
        }
        loss.attach();
      }
    }
    if (config.retain() > 0) {
      StateLoss.distance(now, wanted, hidden, held)
          .prefix(RETAIN)
          .weight(held.sum(0).mul(config.retain()))
          .attach();
    }
    for (RequestFence fence : fences) {
      SDVariable limits =
          sd.placeHolder(fence.placeholder(), DataType.FLOAT, -1, config.languages().size());
      try (INDArray directions = Nd4j.createFromArray(fence.directions())) {
        StateLoss.fence(rows(graph, fence, now), directions, limits, asked)
            .prefix(fence.prefix())
            .weight(asked.sum(0).mul(config.fence()))
            .attach();
      }
    }
    return outputs();
  }

  /** The chosen rows of a layer's states; the last layer yields no others. */
  private SDVariable rows(TransformerGraph graph, RequestFence fence, SDVariable now) {
    if (fence.below() == 0) {
      return now;
    }
    SameDiff sd = graph.sameDiff();
    SDVariable all = sd.getVariable(TransformerGraph.tap(model.config().layers() - fence.below()));
    return sd.mmul(sd.getVariable(TransformerGraph.CHOICE), all);
  }

  private String target() {
    return switch (config.target()) {
      case SCORES -> TokenLoss.DISTILLATION;
      case ANSWERS -> TokenLoss.CROSS_ENTROPY;
      default -> StateLoss.DISTANCE;
    };
  }

  private List<String> outputs() {
    List<String> out = new ArrayList<>(losses());
    out.add(target() + "_rows");
    if (config.retain() > 0) {
      out.add(RETAIN + StateLoss.DISTANCE + "_rows");
    }
    return out;
  }

  private List<String> losses() {
    List<String> out = new ArrayList<>(List.of(target() + "_loss"));
    if (config.retain() > 0) {
      out.add(RETAIN + StateLoss.DISTANCE + "_loss");
    }
    fences.forEach(f -> out.add(f.loss()));
    return out;
  }

  @Override
  public long bytes(TopGraph graph) {
    return Float.BYTES * TopWeights.elements(model, config);
  }

  /** The language of each row that is trained on. */
  private int[] languages(List<Integer> chosen) {
    return chosen.stream()
        .map(items::get)
        .flatMapToInt(i -> IntStream.of(i.from()).map(p -> i.language()))
        .toArray();
  }

  @Override
  public Map<String, INDArray> placeholders(List<Integer> chosen) {
    int shared = states.sharedTokens();
    int[] own = chosen.stream().mapToInt(i -> items.get(i).ids().length - shared).toArray();
    RowBatch batch = new RowBatch(shared, own);
    IntStream.Builder rows = IntStream.builder();
    IntStream.Builder labels = IntStream.builder();
    for (int i = 0; i < own.length; i++) {
      EncodedRequest item = items.get(chosen.get(i));
      int[] rowOf = batch.rowsOf(i);
      for (int from : item.from()) {
        rows.add(rowOf[from]);
        labels.add(item.next(from));
      }
    }
    int[] picked = rows.build().toArray();
    int[] languages = languages(chosen);
    try (OwnedArrays out = new OwnedArrays()) {
      out.putAll(batch.placeholders(model.config(), picked));
      out.put(TransformerGraph.HIDDEN, states.entering(chosen));
      out.put(WANTED, wanted(chosen, picked, languages));
      out.put(ASKED, counted(languages, l -> l != central));
      out.put(HELD, counted(languages, l -> l == central));
      if (config.target() == RequestTarget.ANSWERS) {
        out.put(LABELS, Nd4j.createFromArray(labels.build().toArray()));
      }
      for (RequestFence fence : fences) {
        out.put(fence.placeholder(), fence.limits(languages));
      }
      return out.handOver();
    }
  }

  private INDArray wanted(List<Integer> chosen, int[] picked, int[] languages) {
    INDArray out = states.reference(0, chosen, picked);
    float[][] moves = new float[languages.length][];
    for (int i = 0; i < moves.length; i++) {
      moves[i] = displacements[languages[i]];
    }
    try (INDArray moved = Nd4j.createFromArray(moves)) {
      return out.addi(moved);
    }
  }

  private static INDArray counted(int[] languages, java.util.function.IntPredicate counts) {
    float[] out = new float[languages.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = counts.test(languages[i]) ? 1 : 0;
    }
    return Nd4j.createFromArray(out);
  }

  @Override
  public Micro micro(int epoch, int number, List<Integer> chosen, Map<String, INDArray> values) {
    int[] languages = languages(chosen);
    INDArray losses = values.get(target() + "_rows");
    INDArray kept = config.retain() > 0 ? values.get(RETAIN + StateLoss.DISTANCE + "_rows") : null;
    Map<String, Double> target = new LinkedHashMap<>();
    Map<String, Integer> tokens = new LinkedHashMap<>();
    double retain = 0;
    int held = 0;
    for (int i = 0; i < languages.length; i++) {
      if (languages[i] == central) {
        retain += kept == null ? 0 : kept.getDouble(i);
        held++;
      } else {
        String language = config.languages().get(languages[i]);
        target.merge(language, losses.getDouble(i), Double::sum);
        tokens.merge(language, 1, Integer::sum);
      }
    }
    double loss = 0;
    for (String part : losses()) {
      loss += values.get(part).getDouble(0);
    }
    MicroReport report =
        new MicroReport(
            epoch,
            number,
            chosen,
            loss / languages.length,
            Map.of(),
            means(target, tokens),
            held == 0 ? 0 : retain / held,
            0,
            0);
    double fence = 0;
    for (RequestFence each : fences) {
      fence += values.get(each.loss()).getDouble(0) / config.fence();
    }
    return new Micro(report, target, tokens, retain, held, fence);
  }

  /** By language, in the order of the run's. */
  private Map<String, Double> means(Map<String, Double> sums, Map<String, Integer> counts) {
    Map<String, Double> out = new LinkedHashMap<>();
    for (String language : config.targets()) {
      if (counts.containsKey(language)) {
        out.put(language, sums.get(language) / counts.get(language));
      }
    }
    return out;
  }

  @Override
  public double loss(Micro micro) {
    return micro.report().loss();
  }

  @Override
  public double divisor(List<List<Integer>> micros) {
    return micros.stream().mapToInt(m -> languages(m).length).sum();
  }

  @Override
  public StepReport step(Step step, List<Micro> micros) {
    Map<String, Double> target = new LinkedHashMap<>();
    Map<String, Integer> tokens = new LinkedHashMap<>();
    double loss = 0;
    double retain = 0;
    int held = 0;
    double fence = 0;
    int all = 0;
    for (Micro micro : micros) {
      fence += micro.fence();
      micro.target().forEach((l, v) -> target.merge(l, v, Double::sum));
      micro.tokens().forEach((l, v) -> tokens.merge(l, v, Integer::sum));
      retain += micro.retain();
      held += micro.held();
      int own = micro.held() + micro.tokens().values().stream().mapToInt(n -> n).sum();
      loss += micro.report().loss() * own;
      all += own;
    }
    return new StepReport(
        step.step(),
        step.steps(),
        step.epoch(),
        step.learningRate(),
        step.gradientNorm(),
        loss / all,
        Map.of(),
        means(target, tokens),
        held == 0 ? 0 : retain / held,
        0,
        0,
        all == held ? 0 : fence / (all - held));
  }

  @Override
  public String items() {
    return "requests";
  }

  @Override
  public String advice() {
    return "lower the learning rate or the weights of the terms";
  }
}
