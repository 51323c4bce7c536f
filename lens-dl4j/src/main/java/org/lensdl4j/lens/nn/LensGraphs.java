package org.lensdl4j.lens.nn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The trained layers of a model under the Lens loss as a ComputationGraph, to be trained by {@code
 * graph.fit}:
 *
 * <pre>{@code
 * try (LensMultiDataSetIterator data = LensMultiDataSetIterator.of(model, corpus, config, cache)) {
 *   ComputationGraph graph = LensGraphs.builder(model, space, config).steps(data.steps()).build();
 *   graph.fit(data, config.epochs());
 * }
 * }</pre>
 *
 * <p>Inputs are the languages, the central one first: states that enter the first trained layer,
 * {@code [prompts, time, hidden]}, with masks {@code [prompts, time]}. Then {@value #TEXTS} stacks
 * them, {@code layer28} and so on are {@link TransformerDecoderBlock}s, {@value #NORM} the frozen
 * final norm, {@value #POOLED} one row per prompt, {@value #LENS} the loss.
 *
 * <p>Optimiser as in {@link LensConfig}: Adam, decoupled weight decay on matrices, the schedule by
 * iteration. One data set is one optimiser step: what {@code accumulation} would spread over
 * several micro-batches is one batch here. Deeplearning4j clips the gradient norm layer by layer
 * ({@code ClipL2PerLayer}), not over all layers; and puts Adam's epsilon before the correction of
 * the second moment. The trained weights take 16 bytes each.
 */
public final class LensGraphs {
  /** Name of the vertex that stacks the languages. */
  public static final String TEXTS = "texts";

  /** Name of the final norm. */
  public static final String NORM = "norm";

  /** Name of the layer that pools. */
  public static final String POOLED = "pooled";

  /** Name of the output layer. */
  public static final String LENS = "lens";

  private LensGraphs() {}

  /**
   * The top layers of a model, ready to be trained with a constant rate.
   *
   * @throws IllegalArgumentException if {@code config} has a schedule or a warm-up, which need
   *     {@link Builder#steps}
   */
  public static ComputationGraph top(
      TransformerModel model, LanguageSpace space, LensConfig config) {
    return builder(model, space, config).build();
  }

  /**
   * Starts the description of a graph.
   *
   * @param model read by {@link Builder#build}; may be closed afterwards
   * @throws org.lensdl4j.model.base.LensException if the space is another model's or lacks a
   *     language
   */
  public static Builder builder(TransformerModel model, LanguageSpace space, LensConfig config) {
    space.requireModel(model.hash());
    return new Builder(model, LensObjective.of(space, config), config);
  }

  /** Name of a model's layer in the graph. */
  public static String layerName(int layer) {
    return "layer" + layer;
  }

  /** What a graph's output layer trains for. */
  public static LensObjective objective(ComputationGraph graph) {
    for (int i = 0; i < graph.getNumOutputArrays(); i++) {
      var conf = graph.getOutputLayer(i).conf().getLayer();
      if (conf instanceof LensOutputLayer o) {
        return o.objective();
      }
      if (conf instanceof LossLayer l && l.getLossFn() instanceof LensLossFunction f) {
        return f.objective();
      }
    }
    throw new IllegalArgumentException(
        "this graph has no LensOutputLayer, and no LossLayer with a LensLossFunction, among its outputs");
  }

  /**
   * Refuses a graph that {@code fit} would leave as it is without a word, or crash on: one without
   * parameters in layers (Deeplearning4j does not count those of a {@code SameDiffVertex}), one
   * whose layers are all frozen, and one of SameDiff vertices with workspaces.
   *
   * @param graph initialised
   * @return the graph
   */
  public static ComputationGraph requireTrainable(ComputationGraph graph) {
    return Trainable.require(graph);
  }

  /**
   * Deeplearning4j's listener that saves the network at regular intervals of iterations, with its
   * folder made first: on its own it fails in a folder that is not there.
   *
   * @param keep how many of the last checkpoints stay
   */
  public static CheckpointListener checkpoints(Path folder, int everyIterations, int keep) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder of checkpoints " + folder, e);
    }
    return new CheckpointListener.Builder(folder.toFile())
        .saveEveryNIterations(everyIterations)
        .keepLast(keep)
        .build();
  }

  /** Builds a graph. */
  public static final class Builder {
    private final TransformerModel model;
    private final LensObjective objective;
    private final LensConfig config;
    private int steps;
    private boolean lossFunction;

    private Builder(TransformerModel model, LensObjective objective, LensConfig config) {
      this.model = model;
      this.objective = objective;
      this.config = config;
      if (config.topLayers() > model.config().layers()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "topLayers is %d: the model has %d layers",
                config.topLayers(),
                model.config().layers()));
      }
    }

    /** Iterations of the whole run, for the schedule: {@code data.steps()}. */
    public Builder steps(int iterations) {
      steps = iterations;
      return this;
    }

    /** Ends in Deeplearning4j's LossLayer with {@link LensLossFunction}: the same by hand. */
    public Builder lossFunction() {
      lossFunction = true;
      return this;
    }

    /** The configuration alone, for layers and settings of your own. */
    public ComputationGraphConfiguration configuration() {
      return graphBuilder().build();
    }

    /** The same before it is built: add layers, outputs and preprocessors of your own. */
    public ComputationGraphConfiguration.GraphBuilder graphBuilder() {
      ModelConfig m = model.config();
      List<String> languages = objective.languages();
      var graph =
          settings()
              .graphBuilder()
              .addInputs(languages)
              .addVertex(TEXTS, new StackVertex(), languages.toArray(String[]::new));
      String below = TEXTS;
      for (int layer = m.layers() - config.topLayers() + 1; layer <= m.layers(); layer++) {
        graph.addLayer(layerName(layer), new TransformerDecoderBlock(m, layer), below);
        below = layerName(layer);
      }
      graph
          .addLayer(NORM, new FinalNormLayer(m), below)
          .addLayer(POOLED, new LanguagePooling(languages.size(), m.hiddenSize()), NORM);
      if (lossFunction) {
        graph.addLayer(
            LENS, new LossLayer.Builder(new LensLossFunction(objective)).build(), POOLED);
      } else {
        graph.addLayer(LENS, new LensOutputLayer(objective), POOLED);
      }
      return graph.setOutputs(LENS);
    }

    private NeuralNetConfiguration.Builder settings() {
      var adam =
          Adam.builder()
              .learningRate(config.learningRate())
              .beta1(config.beta1())
              .beta2(config.beta2())
              .epsilon(config.epsilon());
      if (steps > 0) {
        adam.learningRateSchedule(LensSchedule.of(config, steps));
      } else if (config.schedule() != Schedule.CONSTANT || config.warmupRatio() > 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "schedule %s with warmupRatio %s needs the number of iterations: call steps, or set a constant schedule without warm-up",
                config.schedule(),
                config.warmupRatio()));
      }
      var out =
          new NeuralNetConfiguration.Builder()
              .seed(config.seed())
              .updater(adam.build())
              .trainingWorkspaceMode(WorkspaceMode.NONE)
              .inferenceWorkspaceMode(WorkspaceMode.NONE);
      if (config.weightDecay() > 0) {
        out.weightDecay(config.weightDecay());
      }
      if (config.clipNorm() > 0) {
        out.gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(config.clipNorm());
      }
      return out;
    }

    /** The graph with the model's weights. */
    public ComputationGraph build() {
      ComputationGraph graph = new ComputationGraph(configuration());
      graph.init();
      TransformerWeights.load(graph, model.weights());
      return requireTrainable(graph);
    }
  }
}
