package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.TransformerGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Training on requests for a language (method.md section 7): a target at the tokens of answers in
 * other languages, {@code retain} at those in the central one, and the fence.
 *
 * <p>A micro-batch's loss is a sum over its tokens, so that micro-batches add up to the mean over a
 * step's tokens whatever their lengths and languages.
 */
final class RequestObjective implements Objective<RequestObjective.Micro, StepReport> {
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
  private final LensConfig config;
  private final int requests;
  private final List<RequestFence> fences = new ArrayList<>();
  private final RequestLosses losses;
  private final RequestBatch batch;

  RequestObjective(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      List<EncodedRequest> items,
      RequestStates states) {
    this.model = model;
    this.config = config;
    requests = items.size();
    for (int below = 0; config.fence() > 0 && below < config.lossLayers(); below++) {
      fences.add(RequestFence.of(space, config.languages(), below, items, states));
    }
    losses = new RequestLosses(model.config(), space, config, fences);
    batch = new RequestBatch(model.config(), space, config, items, states, fences);
  }

  /** A trainer at the start of its run. */
  Trainer<Micro, StepReport> trainer(int threads) {
    return new Trainer<>(
        this,
        config,
        new Trainer.Adam(
            config.beta1(), config.beta2(), config.epsilon(), config.checkpointEvery()),
        requests,
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
    return TopGraph.of(builder, TopGraph.adapters(config), twin, losses::attach);
  }

  @Override
  public long bytes(TopGraph graph) {
    return Float.BYTES * TopWeights.elements(model, config);
  }

  @Override
  public Map<String, INDArray> placeholders(List<Integer> chosen) {
    return batch.assemble(chosen);
  }

  @Override
  public Micro micro(int epoch, int number, List<Integer> chosen, Map<String, INDArray> values) {
    int[] languages = batch.languages(chosen);
    INDArray rows = values.get(losses.targetRows());
    INDArray kept = config.retain() > 0 ? values.get(losses.retainRows()) : null;
    Map<String, Double> target = new LinkedHashMap<>();
    Map<String, Integer> tokens = new LinkedHashMap<>();
    double retain = 0;
    int held = 0;
    for (int i = 0; i < languages.length; i++) {
      String language = config.languages().get(languages[i]);
      if (language.equals(config.central())) {
        retain += kept == null ? 0 : kept.getDouble(i);
        held++;
      } else {
        target.merge(language, rows.getDouble(i), Double::sum);
        tokens.merge(language, 1, Integer::sum);
      }
    }
    double loss = 0;
    for (String part : losses.names()) {
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
    return micros.stream().mapToInt(m -> batch.languages(m).length).sum();
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
