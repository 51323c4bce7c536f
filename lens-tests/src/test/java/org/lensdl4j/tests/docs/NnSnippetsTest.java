package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.corpus.Corpus;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.loss.HeldOutMonitor;
import org.lensdl4j.lens.nn.FinalNormLayer;
import org.lensdl4j.lens.nn.LanguagePooling;
import org.lensdl4j.lens.nn.LensGraphs;
import org.lensdl4j.lens.nn.LensLossFunction;
import org.lensdl4j.lens.nn.LensMultiDataSetIterator;
import org.lensdl4j.lens.nn.LensObjective;
import org.lensdl4j.lens.nn.LensOutputLayer;
import org.lensdl4j.lens.nn.LensScoreCalculator;
import org.lensdl4j.lens.nn.LensTermListener;
import org.lensdl4j.lens.nn.LensTermReport;
import org.lensdl4j.lens.nn.LensTrainingListener;
import org.lensdl4j.lens.nn.SteeringLayer;
import org.lensdl4j.lens.nn.SubspaceProjection;
import org.lensdl4j.lens.nn.TransformerDecoderBlock;
import org.lensdl4j.lens.nn.TransformerWeights;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.StateCache;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.export.ModelDirectoryWriter;
import org.lensdl4j.model.fixtures.TinyModels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** The programs of docs/plugin.md on layers, graph.fit and what goes with it, on a tiny model. */
class NnSnippetsTest {
  private static final List<String> LANGUAGES = List.of("en", "sw", "zh");

  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private TransformerModel model;
  private LanguageSpace space;
  private ParallelCorpus corpus;
  private ParallelCorpus others;
  private StateCache cache;
  private LensConfig config;

  @BeforeEach
  void open() throws IOException {
    for (int l = 0; l < LANGUAGES.size(); l++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        String text = "x" + "abcdefgh".substring(i % 4, 4 + i % 3).replace('c', (char) ('p' + l));
        lines.append("{\"id\":%d,\"text\":\"%s %d\"}\n".formatted(i, text, i * l));
      }
      Files.writeString(folder.resolve(LANGUAGES.get(l) + ".jsonl"), lines);
    }
    model = TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder));
    config =
        LensConfig.builder()
            .languages(LANGUAGES)
            .minTexts(1)
            .batchSize(2)
            .accumulation(1)
            .learningRate(1e-3)
            .build();
    corpus = ParallelCorpus.jsonl(folder, LANGUAGES, "en", 4);
    others = ParallelCorpus.jsonl(folder, LANGUAGES, "en", 2);
    cache = new StateCache(folder.resolve("states"), 1L << 30);
    space = LanguageProbing.run(model, Corpus.jsonl(folder, LANGUAGES, 0), config, Progress.NONE);
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void layersOfYourOwnGraph() {
    // snippet layers
    ModelConfig m = model.config();
    LensObjective objective = LensObjective.of(space, config);
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(1e-5))
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .graphBuilder()
            .addInputs("en", "sw", "zh") // [prompts, time, hidden] each, with masks
            .addVertex("texts", new StackVertex(), "en", "sw", "zh")
            .addLayer("top", new TransformerDecoderBlock(m, m.layers()), "texts")
            .addLayer("norm", new FinalNormLayer(m), "top")
            .addLayer("pooled", new LanguagePooling(3, m.hiddenSize()), "norm")
            .addLayer("lens", new LensOutputLayer(objective), "pooled")
            .setOutputs("lens")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    TransformerWeights.load(graph, model.weights());
    LensGraphs.requireTrainable(graph);
    // end layers
    // snippet steer
    var neutral = SubspaceProjection.builder().outOf(space.specific(m.layers())).strength(0.5);
    var swahili = SteeringLayer.of(space.direction(m.layers(), "sw"), 0.8);
    var loss =
        new LossLayer.Builder(new LensLossFunction(objective)); // in place of the output layer
    // end steer
    assertThat(graph.numParams()).isPositive();
    assertThat(neutral.build()).isNotNull();
    assertThat(swahili).isNotNull();
    assertThat(loss.build()).isNotNull();
  }

  @Test
  void fit() {
    // snippet fit
    try (var data = LensMultiDataSetIterator.of(model, corpus, config, cache);
        var heldOut = LensMultiDataSetIterator.of(model, others, config, cache)) {
      ComputationGraph graph = LensGraphs.builder(model, space, config).steps(data.steps()).build();
      HeldOutMonitor monitor =
          HeldOutMonitor.builder(space, space.layers()).driftBudget(0.05).build();
      LensTrainingListener listener = new LensTrainingListener(monitor, heldOut, 10);
      graph.setListeners(listener, new PerformanceListener(10));
      graph.fit(listener.untilStopped(data), config.epochs());
      out.println(listener.stats()); // per language, before and after
      ModelDirectoryWriter.of(model)
          .changed(TransformerWeights.trained(graph))
          .write(folder.resolve("model")); // a Hugging Face directory
    }
    // end fit
    try (TransformerModel written = TransformerModel.open(folder.resolve("model"))) {
      assertThat(printed.toString(StandardCharsets.UTF_8)).contains("sw");
      assertThat(written.hash()).isNotEqualTo(model.hash());
    }
  }

  @Test
  void around() throws Exception {
    LensConfig constant = config.toBuilder().schedule(Schedule.CONSTANT).warmupRatio(0).build();
    try (var data = LensMultiDataSetIterator.of(model, corpus, constant, cache);
        var heldOut = LensMultiDataSetIterator.of(model, others, constant, cache)) {
      ComputationGraph graph = LensGraphs.top(model, space, constant);
      // snippet terms
      List<LensTermReport> steps = new ArrayList<>();
      graph.setListeners(
          new LensTermListener(steps::add), // loss terms and energies, per language and step
          LensGraphs.checkpoints(folder.resolve("checkpoints"), 100, 3));
      // end terms
      graph.fit(data, 1);
      assertThat(steps).hasSize(2);
      // snippet save
      Path file = folder.resolve("graph.zip");
      ModelSerializer.writeModel(graph, file.toFile(), true); // with Adam's state
      ComputationGraph again = ModelSerializer.restoreComputationGraph(file.toFile(), true);
      again.fit(data, 1); // as if it had never stopped
      // end save
      assertThat(again.getIterationCount()).isEqualTo(4);
      // snippet stop
      var stopping =
          new EarlyStoppingConfiguration.Builder<ComputationGraph>()
              .scoreCalculator(new LensScoreCalculator(heldOut))
              .epochTerminationConditions(new MaxEpochsTerminationCondition(2))
              .modelSaver(new InMemoryModelSaver<>())
              .build();
      EarlyStoppingResult<ComputationGraph> result =
          new EarlyStoppingGraphTrainer(stopping, graph, data, null).fit();
      ComputationGraph best = result.getBestModel();
      var scores = result.getScoreVsEpoch(); // getBestModelScore() is always 0.0
      // end stop
      assertThat(scores).hasSize(2);
      // snippet transfer
      ComputationGraph upperOnly =
          new TransferLearning.GraphBuilder(best)
              .fineTuneConfiguration(
                  new FineTuneConfiguration.Builder()
                      .updater(new Adam(1e-5))
                      .trainingWorkspaceMode(WorkspaceMode.NONE)
                      .inferenceWorkspaceMode(WorkspaceMode.NONE)
                      .build())
              .setFeatureExtractor(LensGraphs.layerName(3)) // and all below: frozen
              .build();
      upperOnly.fit(data, 1);
      // end transfer
      INDArray frozen = upperOnly.getLayer(LensGraphs.layerName(3)).params();
      assertThat(frozen).isEqualTo(best.getLayer(LensGraphs.layerName(3)).params());
    }
  }
}
