package org.lensdl4j.lens.nn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.loss.HeldOutMonitor;
import org.lensdl4j.lens.train.TinyJob;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What Deeplearning4j offers around training, with Lens graphs. */
class WorksWithTest {
  @TempDir Path folder;
  private TinyJob job;
  private LensMultiDataSetIterator data;
  private final LensConfig config =
      TinyJob.config()
          .topLayers(2)
          .schedule(Schedule.CONSTANT)
          .warmupRatio(0)
          .batchSize(2)
          .accumulation(1)
          .build();

  @BeforeEach
  void open() {
    job = new TinyJob(folder, 4);
    data = LensMultiDataSetIterator.of(job.model, job.corpus, config, job.cache());
  }

  @AfterEach
  void close() {
    data.close();
    job.close();
  }

  private ComputationGraph graph() {
    return LensGraphs.top(job.model, job.space, config);
  }

  @Test
  void aSavedGraphGoesOnAsIfItHadNeverStopped() throws Exception {
    ComputationGraph whole = graph();
    whole.fit(data, 4);
    data.close();
    data = LensMultiDataSetIterator.of(job.model, job.corpus, config, job.cache());
    ComputationGraph first = graph();
    first.fit(data, 2);
    File file = folder.resolve("graph.zip").toFile();
    ModelSerializer.writeModel(first, file, true);
    ComputationGraph second = ModelSerializer.restoreComputationGraph(file, true);
    assertThat(second.params()).isEqualTo(first.params());
    assertThat(second.getUpdater().getStateViewArray())
        .isEqualTo(first.getUpdater().getStateViewArray());
    assertThat(second.getConfiguration()).isEqualTo(first.getConfiguration());
    second.fit(data, 2);
    assertThat(second.params()).isEqualTo(whole.params());
  }

  @Test
  void transferLearningFreezesTheLowerBlock() {
    ComputationGraph graph = graph();
    ComputationGraph tuned =
        new TransferLearning.GraphBuilder(graph)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder()
                    .updater(new Adam(1e-3))
                    .trainingWorkspaceMode(WorkspaceMode.NONE)
                    .inferenceWorkspaceMode(WorkspaceMode.NONE)
                    .build())
            .setFeatureExtractor(LensGraphs.layerName(3))
            .build();
    LensGraphs.requireTrainable(tuned);
    assertThat(tuned.getLayer(LensGraphs.layerName(3))).isInstanceOf(FrozenLayer.class);
    INDArray lower = tuned.getLayer(LensGraphs.layerName(3)).params().dup();
    INDArray upper = tuned.getLayer(LensGraphs.layerName(4)).params().dup();
    assertThat(lower).isEqualTo(graph.getLayer(LensGraphs.layerName(3)).params());
    tuned.fit(data, 2);
    assertThat(tuned.getLayer(LensGraphs.layerName(3)).params()).isEqualTo(lower);
    assertThat(tuned.getLayer(LensGraphs.layerName(4)).params()).isNotEqualTo(upper);
    assertThat(TransformerWeights.trained(tuned)).hasSize(18);
  }

  @Test
  void earlyStoppingByTheLensScore() {
    EarlyStoppingConfiguration<ComputationGraph> stopping =
        new EarlyStoppingConfiguration.Builder<ComputationGraph>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(3))
            .scoreCalculator(
                new LensScoreCalculator(
                    LensMultiDataSetIterator.of(job.model, job.corpus, config, job.cache())))
            .modelSaver(new InMemoryModelSaver<>())
            .evaluateEveryNEpochs(1)
            .build();
    ComputationGraph graph = graph();
    double before = new LensScoreCalculator(data).calculateScore(graph);
    EarlyStoppingResult<ComputationGraph> result =
        new EarlyStoppingGraphTrainer(stopping, graph, data, null).fit();
    assertThat(result.getTotalEpochs()).isEqualTo(3);
    assertThat(result.getScoreVsEpoch()).hasSize(3);
    double best = result.getScoreVsEpoch().values().stream().min(Double::compare).orElseThrow();
    assertThat(best).isLessThan(before);
    assertThat(new LensScoreCalculator(data).calculateScore(result.getBestModel()))
        .isCloseTo(best, within(1e-6));
  }

  @Test
  void checkpointsPerformanceAndTerms() {
    ComputationGraph graph = graph();
    List<LensTermReport> reports = new ArrayList<>();
    graph.setListeners(
        LensGraphs.checkpoints(folder.resolve("new").resolve("checkpoints"), 1, 2),
        new PerformanceListener(1, true),
        new LensTermListener(reports::add));
    double before = new LensScoreCalculator(data).calculateScore(graph);
    graph.fit(data, 1);
    File checkpoints = folder.resolve("new").resolve("checkpoints").toFile();
    // Deeplearning4j saves nothing at iteration 0.
    assertThat(CheckpointListener.availableCheckpoints(checkpoints)).hasSize(1);
    assertThat(CheckpointListener.loadLastCheckpointCG(checkpoints).params())
        .isEqualTo(graph.params());
    assertThat(reports).hasSize(2);
    LensTermReport first = reports.get(0);
    // Weights of all terms are 1 here, and both batches have two prompts.
    assertThat(first.loss())
        .isCloseTo(first.alignSum() + first.separateSum() + first.retain(), within(1e-5));
    assertThat(first.retain()).isLessThan(1e-8);
    assertThat(first.loss()).isCloseTo(before, within(before));
    assertThat(reports.get(1).iteration()).isEqualTo(1);
    assertThat(first.specificEnergy()).containsOnlyKeys("en", "xx", "yy");
    assertThat(first.specificEnergy().values()).allMatch(e -> e > 0 && e < 1);
    assertThat(first.agnosticEnergy().values()).allMatch(e -> e > 0 && e < 1);
  }

  @Test
  void theListenerReadsHeldOutPromptsAndStopsTheRun() {
    try (LensMultiDataSetIterator heldOut =
        LensMultiDataSetIterator.of(job.model, job.corpus, config, job.cache())) {
      HeldOutMonitor free = HeldOutMonitor.builder(job.space, 4).build();
      LensTrainingListener listener = new LensTrainingListener(free, heldOut, 1);
      ComputationGraph graph = graph();
      graph.setListeners(listener);
      graph.fit(listener.untilStopped(data), 2);
      assertThat(listener.stopped()).isFalse();
      assertThat(free.history()).hasSize(5);
      assertThat(free.history().get(0).retain()).isLessThan(1e-8);
      assertThat(free.history().get(4).retain()).isPositive();
      assertThat(free.history().get(4).iteration()).isEqualTo(4);
      assertThat(listener.stats()).contains("xx");

      HeldOutMonitor strict = HeldOutMonitor.builder(job.space, 4).retainBudget(1e-7).build();
      LensTrainingListener stopping = new LensTrainingListener(strict, heldOut, 1);
      ComputationGraph stopped = graph();
      stopped.setListeners(stopping);
      data.reset();
      stopped.fit(stopping.untilStopped(data), 5);
      assertThat(stopping.stopped()).isTrue();
      assertThat(stopped.getIterationCount()).isEqualTo(1);
      assertThat(stopping.terminationCondition().terminate(0)).isTrue();
    }
  }

  @Test
  void nothingIsPrintedToStandardOutput() {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      graph().fit(data, 1);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(UTF_8)).doesNotContain("differentiated");
  }

  @Test
  void parametersInVerticesOnlyAreRefused() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .trainingWorkspaceMode(WorkspaceMode.NONE)
                .inferenceWorkspaceMode(WorkspaceMode.NONE)
                .graphBuilder()
                .addInputs("in")
                .addVertex("scaled", new ScaleVertex(), "in")
                .addLayer(
                    "out", new LossLayer.Builder(LossFunctions.LossFunction.MSE).build(), "scaled")
                .setOutputs("out")
                .build());
    graph.init();
    INDArray scale = graph.getVertex("scaled").paramTable(false).get("scale");
    INDArray start = scale.dup();
    graph.fit(new MultiDataSet(Nd4j.ones(4, 3), Nd4j.zeros(4, 3)));
    // What the check is for: Deeplearning4j trained nothing and said nothing.
    assertThat(scale).isEqualTo(start);
    assertThatThrownBy(() -> LensGraphs.requireTrainable(graph))
        .hasMessageContaining("without doing anything")
        .hasMessageContaining("[scaled]");
  }

  /** A parametric vertex, as a user would write it. */
  public static final class ScaleVertex extends SameDiffVertex {
    private static final long serialVersionUID = 1L;

    @Override
    public GraphVertex clone() {
      return new ScaleVertex();
    }

    @Override
    public SDVariable defineVertex(
        SameDiff sd,
        Map<String, SDVariable> inputs,
        Map<String, SDVariable> params,
        Map<String, SDVariable> masks) {
      return inputs.get("x").mul(params.get("scale"));
    }

    @Override
    public void defineParametersAndInputs(SDVertexParams params) {
      params.defineInputs("x");
      params.addWeightParam("scale", 1, 3);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      params.get("scale").assign(1);
    }
  }

  @Test
  void graphsThatFitWouldLeaveAsTheyAreAreRefused() {
    ComputationGraph empty =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "out", new LossLayer.Builder(LossFunctions.LossFunction.MSE).build(), "in")
                .setOutputs("out")
                .build());
    empty.init();
    assertThatThrownBy(() -> LensGraphs.requireTrainable(empty))
        .hasMessageContaining("without doing anything");
    ComputationGraph frozen =
        new TransferLearning.GraphBuilder(graph())
            .setFeatureExtractor(LensGraphs.layerName(4))
            .build();
    assertThatThrownBy(() -> LensGraphs.requireTrainable(frozen))
        .hasMessageContaining("frozen")
        .hasMessageContaining("layer4");
  }
}
