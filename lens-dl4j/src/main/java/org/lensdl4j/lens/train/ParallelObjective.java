package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.loss.ContrastiveLoss;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensPacking;
import org.lensdl4j.lens.loss.LensStates;
import org.lensdl4j.lens.loss.LensTerms;
import org.lensdl4j.lens.loss.WeightedTerm;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.trunk.Pooling;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Training on parallel texts: the losses of {@link org.lensdl4j.lens.loss.LensLoss} at one layer or
 * several, over batches that are a {@link LensBatch} of packed texts.
 */
final class ParallelObjective implements Objective<MicroReport, StepReport> {
  private final TransformerModel model;
  private final LensConfig config;
  private final Pooling position;
  private final boolean shared;
  private final List<LayerObjective> layers;
  private final TopStates states;
  private BatchAssembler assembler;
  private Terms terms;

  /** What the losses of a graph are called; in all graphs of an objective the same. */
  private record Terms(LensTerms top, WeightedTerm contrast, List<String> losses) {
    List<String> outputs() {
      List<String> out = new ArrayList<>(losses);
      for (SDVariable v : new SDVariable[] {top.alignPairs(), top.separatePairs(), top.retain()}) {
        if (v != null) {
          out.add(v.name());
        }
      }
      if (top.retainTargets() != null) {
        out.add(top.retainTargets().term().name());
      }
      if (contrast != null) {
        out.add(contrast.term().name());
      }
      return out;
    }
  }

  /**
   * @param position what the losses read of a text
   * @param states with the languages in the order of {@code config}; stay the caller's
   */
  ParallelObjective(
      TransformerModel model,
      LanguageSpace space,
      LensConfig config,
      Pooling position,
      TopStates states) {
    this.model = model;
    this.config = config;
    this.position = position;
    this.states = states;
    shared = states.sharedTokens() > 0;
    layers = LayerObjective.all(space, config, states, position);
  }

  /**
   * Groups in which the texts of a micro-batch attend: about a prompt's texts each, and no more
   * than the last micro-batch of an epoch has texts, which may be of fewer prompts.
   */
  private int blocks() {
    int rest = states.prompts() % config.batchSize();
    int fewest = rest == 0 ? config.batchSize() : rest;
    return Math.min(config.batchSize(), config.languages().size() * fewest);
  }

  @Override
  public TopGraph graph(TopGraph twin) {
    TransformerGraph.Builder builder =
        TransformerGraph.builder(model.config(), model.weights())
            .topLayers(config.topLayers())
            .blocks(blocks(), shared);
    if (position != Pooling.MEAN) {
      builder.chooseRows();
    }
    if (!config.usesLora()) {
      builder.trainable(model.config().names()::inLayer);
    }
    return TopGraph.of(
        builder, TopGraph.adapters(config), twin, graph -> losses(graph, twin == null));
  }

  private List<String> losses(TransformerGraph graph, boolean first) {
    LensBatch batch = LensBatch.in(graph.sameDiff(), config.central(), config.targets());
    LensPacking top = batch.packing("");
    // The last layer computes chosen rows only, the others all.
    LensPacking all = batch.packing("all_");
    Terms attached = attach(graph, batch, top, all);
    if (first) {
      terms = attached;
      assembler =
          new BatchAssembler(
              model.config(), config, position, states, blocks(), batch, top, all, layers);
    }
    return attached.outputs();
  }

  private Terms attach(TransformerGraph graph, LensBatch batch, LensPacking top, LensPacking all) {
    SameDiff sd = graph.sameDiff();
    List<String> losses = new ArrayList<>();
    LensTerms last = null;
    WeightedTerm contrast = null;
    for (LayerObjective at : layers) {
      boolean lower = at.below() > 0;
      SDVariable packed = sd.getVariable(lower ? TransformerGraph.tap(at.layer()) : graph.output());
      LensStates now = (lower ? all : top).states(packed);
      LensStates before =
          LensStates.placeholders(
              sd, at.prefix() + "before", DataType.FLOAT, model.config().hiddenSize());
      ContrastiveLoss contrastive = at.contrast();
      // Gradients add up in the order in which a graph reads its states: pairs first, then means.
      if (contrastive != null && config.align() == 0) {
        contrast = contrastive.attach(batch, now, before);
      }
      LensTerms attached = at.lens().attach(batch, now, before);
      if (contrastive != null && contrast == null) {
        contrast = contrastive.attach(batch, now, before);
      }
      losses.add(attached.loss().name());
      if (attached.retainTargets() != null) {
        losses.add(attached.retainTargets().loss().name());
      }
      last = lower ? last : attached;
    }
    if (contrast != null) {
      losses.add(contrast.loss().name());
    }
    return new Terms(last, contrast, losses);
  }

  @Override
  public long bytes(TopGraph graph) {
    return Float.BYTES * TopWeights.elements(model, config);
  }

  @Override
  public Map<String, INDArray> placeholders(List<Integer> prompts) {
    return assembler.assemble(prompts);
  }

  @Override
  public MicroReport micro(
      int epoch, int number, List<Integer> prompts, Map<String, INDArray> values) {
    LensTerms top = terms.top();
    double loss = 0;
    for (String part : terms.losses()) {
      loss += values.get(part).getDouble(0);
    }
    return new MicroReport(
        epoch,
        number,
        prompts,
        loss,
        perLanguage(top.alignPairs(), values, prompts.size()),
        perLanguage(top.separatePairs(), values, prompts.size()),
        scalar(top.retain(), values),
        scalar(top.retainTargets() == null ? null : top.retainTargets().term(), values),
        scalar(terms.contrast() == null ? null : terms.contrast().term(), values));
  }

  /** 0 for a term that is off. */
  private static double scalar(SDVariable term, Map<String, INDArray> values) {
    return term == null ? 0 : values.get(term.name()).getDouble(0);
  }

  /** Pairs lie prompt by prompt, in each prompt target by target. */
  private Map<String, Double> perLanguage(
      SDVariable pairs, Map<String, INDArray> values, int prompts) {
    Map<String, Double> out = new LinkedHashMap<>();
    List<String> targets = config.targets();
    for (int i = 0; pairs != null && i < prompts * targets.size(); i++) {
      double value = values.get(pairs.name()).getDouble(i) / prompts;
      out.merge(targets.get(i % targets.size()), value, Double::sum);
    }
    return out;
  }

  @Override
  public double loss(MicroReport micro) {
    return micro.loss();
  }

  @Override
  public double divisor(List<List<Integer>> micros) {
    return micros.size();
  }

  @Override
  public StepReport step(Step step, List<MicroReport> micros) {
    Map<String, Double> align = new LinkedHashMap<>();
    Map<String, Double> separate = new LinkedHashMap<>();
    double loss = 0;
    double retain = 0;
    double retainTargets = 0;
    double contrast = 0;
    double share = 1.0 / micros.size();
    for (MicroReport r : micros) {
      loss += share * r.loss();
      retain += share * r.retain();
      retainTargets += share * r.retainTargets();
      contrast += share * r.contrast();
      r.align().forEach((l, v) -> align.merge(l, share * v, Double::sum));
      r.separate().forEach((l, v) -> separate.merge(l, share * v, Double::sum));
    }
    return new StepReport(
        step.step(),
        step.steps(),
        step.epoch(),
        step.learningRate(),
        step.gradientNorm(),
        loss,
        align,
        separate,
        retain,
        retainTargets,
        contrast,
        0);
  }

  @Override
  public String items() {
    return "prompts";
  }

  @Override
  public String advice() {
    return "lower the learning rate or the weights of the terms";
  }
}
