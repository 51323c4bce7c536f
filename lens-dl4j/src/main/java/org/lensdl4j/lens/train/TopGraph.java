package org.lensdl4j.lens.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.loss.LensInputs;
import org.lensdl4j.lens.loss.LensTerms;
import org.lensdl4j.lens.loss.WeightedTerm;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.Lora;
import org.lensdl4j.model.graph.LoraAdapters;
import org.lensdl4j.model.graph.TransformerGraph;
import org.lensdl4j.model.trunk.Pooling;
import org.lensdl4j.model.weights.Weights;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The trained layers with the Lens loss on top: states that enter them in, loss terms and gradients
 * out.
 */
final class TopGraph implements AutoCloseable {
  /** Before picks of rows that are not the chosen ones of the last layer. */
  static final String ALL_ROWS = "all_";

  static final String CENTRAL_PICK = "central_pick";
  static final String TARGET_PICK = "target_pick";
  static final String MEAN_PICK = "mean_pick";
  static final String TARGET_MEAN_PICK = "target_mean_pick";
  static final String CENTRAL = "central";
  static final String REFERENCE = "reference";
  static final String DISPLACEMENT = "displacement";
  static final String PAIR_LANGUAGE = "pair_language";
  static final String PAIR_WEIGHT = "pair_weight";
  static final String REFERENCE_MEAN = "reference_mean";
  static final String TARGET_REFERENCE_MEAN = "target_reference_mean";

  private final TransformerGraph graph;
  private final GraphRunner runner;
  private final LensTerms terms;
  private final SDVariable retainTargets;
  private final WeightedTerm contrast;
  private final List<SDVariable> losses = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();

  /**
   * @param position what the losses read of a text
   * @param shared whether all prompts begin with the same tokens
   * @param twin a graph of the same kind whose weights this one shares, or null
   */
  TopGraph(
      TransformerModel model,
      List<Objective> objectives,
      LensConfig config,
      Pooling position,
      boolean shared,
      TopGraph twin) {
    TransformerGraph.Builder builder =
        TransformerGraph.builder(model.config(), model.weights())
            .topLayers(config.topLayers())
            .blocks(blocks(config), shared);
    if (position != Pooling.MEAN) {
      builder.chooseRows();
    }
    if (config.usesLora()) {
      builder.lora(
          Lora.rank(config.loraRank())
              .alpha(config.resolvedLoraAlpha())
              .targets(config.loraTargets().toArray(String[]::new))
              .seed(config.seed()));
    } else {
      builder.trainable(model.config().names()::inLayer);
    }
    graph = (twin == null ? builder : builder.shareWeights(twin.graph)).build();
    SameDiff sd = graph.sameDiff();
    int d = model.config().hiddenSize();
    SDVariable states = sd.getVariable(graph.output());
    Objective objective = objectives.get(0);
    LensInputs inputs = inputs(sd, states, config, d, objective);
    terms = objective.lens().attach(sd, inputs);
    losses.add(terms.loss());
    contrast = config.contrast() > 0 ? contrast(sd, inputs, objective, config) : null;
    retainTargets = retainTargets(sd, states, objective, config, d);
    for (Objective below : objectives.subList(1, objectives.size())) {
      SDVariable tap = sd.getVariable(TransformerGraph.tap(below.layer()));
      SDVariable loss = below.lens().attach(sd, inputs(sd, tap, config, d, below)).loss();
      losses.add(loss);
      outputs.add(loss.name());
      retainTargets(sd, tap, below, config, d);
    }
    for (SDVariable v :
        new SDVariable[] {
          terms.loss(), terms.alignPairs(), terms.separatePairs(), terms.retain()
        }) {
      if (v != null) {
        outputs.add(v.name());
      }
    }
    if (contrast != null) {
      losses.add(contrast.loss());
      outputs.addAll(contrast.names());
    }
    runner = new GraphRunner(sd);
  }

  /**
   * Groups in which the texts of a micro-batch attend: about a prompt's texts each, and no more
   * than a micro-batch of one prompt has texts, which the last one of an epoch may be.
   */
  static int blocks(LensConfig config) {
    return Math.min(config.batchSize(), config.languages().size());
  }

  private static LensInputs inputs(
      SameDiff sd, SDVariable states, LensConfig config, int d, Objective at) {
    String prefix = at.prefix();
    // The last layer computes chosen rows only, the others all.
    String rows = at.below() == 0 ? "" : ALL_ROWS;
    boolean compared = config.align() > 0 || config.contrast() > 0;
    boolean pairs = compared || config.separate() > 0;
    SDVariable central = null;
    if (compared) {
      central =
          config.alignPivot() == AlignPivot.REFERENCE
              ? sd.placeHolder(prefix + CENTRAL, DataType.FLOAT, -1, d)
              : pick(sd, rows + CENTRAL_PICK, states);
    }
    SDVariable target = pairs ? pick(sd, rows + TARGET_PICK, states) : null;
    SDVariable reference = null;
    SDVariable displacement = null;
    if (config.separate() > 0) {
      reference = sd.placeHolder(prefix + REFERENCE, DataType.FLOAT, -1, d);
      displacement = sd.placeHolder(prefix + DISPLACEMENT, DataType.FLOAT, -1, at.rank());
    }
    SDVariable weight = pairs ? shared(sd, PAIR_WEIGHT, -1) : null;
    SDVariable mean = null;
    SDVariable referenceMean = null;
    if (config.retain() > 0) {
      mean = pick(sd, rows + MEAN_PICK, states);
      referenceMean = sd.placeHolder(prefix + REFERENCE_MEAN, DataType.FLOAT, -1, d);
    }
    return new LensInputs(central, target, reference, displacement, weight, mean, referenceMean);
  }

  /** Adds the retention term of the target languages; null if it is off. */
  private SDVariable retainTargets(
      SameDiff sd, SDVariable states, Objective at, LensConfig config, int d) {
    if (config.retainTargets() == 0) {
      return null;
    }
    SDVariable mean = pick(sd, (at.below() == 0 ? "" : ALL_ROWS) + TARGET_MEAN_PICK, states);
    SDVariable before = sd.placeHolder(at.prefix() + TARGET_REFERENCE_MEAN, DataType.FLOAT, -1, d);
    LensTerms held =
        at.retainTargets().attach(sd, new LensInputs(null, null, null, null, null, mean, before));
    losses.add(held.loss());
    outputs.add(held.loss().name());
    outputs.add(held.retain().name());
    return held.retain();
  }

  private static WeightedTerm contrast(
      SameDiff sd, LensInputs inputs, Objective objective, LensConfig config) {
    int targets = config.targets().size();
    return objective
        .contrast()
        .attach(
            sd,
            inputs.central(),
            inputs.target(),
            sd.placeHolder(PAIR_LANGUAGE, DataType.FLOAT, -1, targets),
            inputs.pairWeight(),
            config.central(),
            config.targets());
  }

  private static SDVariable pick(SameDiff sd, String name, SDVariable states) {
    return sd.mmul(shared(sd, name, -1, -1), states);
  }

  /** A placeholder that several layers read. */
  private static SDVariable shared(SameDiff sd, String name, long... shape) {
    return sd.hasVariable(name)
        ? sd.getVariable(name)
        : sd.placeHolder(name, DataType.FLOAT, shape);
  }

  /** Names of the placeholders that this graph reads. */
  List<String> placeholders() {
    return graph.sameDiff().inputs();
  }

  /** What the loss is the sum of. */
  List<SDVariable> losses() {
    return losses;
  }

  /** The retention term of the target languages at the last layer, unweighted; or null. */
  SDVariable retainTargets() {
    return retainTargets;
  }

  /** The contrastive term, or null. */
  WeightedTerm contrast() {
    return contrast;
  }

  LensTerms terms() {
    return terms;
  }

  /**
   * What training has made of the model's weights: new arrays by Hugging Face name, the caller's.
   */
  Map<String, INDArray> changed(Weights base) {
    try (LoraAdapters adapters = graph.adapters()) {
      return adapters.merge(base);
    }
  }

  /** The trained weights: the graph's own arrays. */
  Map<String, INDArray> weights() {
    return graph.trainableWeights();
  }

  /** Loss terms and, by weight name, gradients; valid until the next call. */
  Map<String, INDArray> run(Map<String, INDArray> placeholders) {
    return runner.gradients(placeholders, outputs, graph.trainable());
  }

  @Override
  public void close() {
    runner.close();
    graph.close();
  }
}
