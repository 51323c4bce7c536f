package org.lensdl4j.lens.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.lensdl4j.lens.steer.Steering;
import org.lensdl4j.lens.steer.SteeringSetting;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Every example steered towards a language of its own. */
class SteeringVertexTest {
  private static final int HIDDEN = 6;
  private static final List<String> LANGUAGES = List.of("zh", "sw");
  private final Random random = new Random(11);
  private final LanguageSpace space = space();

  private LanguageSpace space() {
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "zh", "sw"), 2, HIDDEN);
    for (String language : statistics.languages()) {
      for (int layer = 1; layer <= 2; layer++) {
        float[] state = new float[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
          state[i] = (float) random.nextGaussian();
        }
        statistics.add(language, layer, state);
      }
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("x"));
  }

  private Steering steering(String setting, boolean restored) {
    return Steering.builder(space)
        .setting(SteeringSetting.parse(setting))
        .restored(restored)
        .build();
  }

  @Test
  void everyExampleIsWhatALayerMakesOfIt() {
    for (String setting : List.of("all:0.6", "1:0.4u")) {
      for (boolean restored : new boolean[] {true, false}) {
        Steering steering = steering(setting, restored);
        INDArray states = Objectives.normal(random, DataType.FLOAT, 3, 4, HIDDEN);
        INDArray languages = Nd4j.createFromArray(new float[][] {{0, 1}, {1, 0}, {0, 0}});
        for (WorkspaceMode mode : WorkspaceMode.values()) {
          INDArray found = vertex(steering, mode).outputSingle(states, languages);
          assertThat(found.shape()).isEqualTo(states.shape());
          for (int b = 0; b < 2; b++) {
            SteeringLayer layer = SteeringLayer.of(steering.move(1, b == 0 ? "sw" : "zh"));
            INDArray one = states.slice(b).dup('c');
            INDArray expected = Networks.apply(layer, one.reshape(1, 4, HIDDEN));
            assertThat(found.slice(b).reshape(1, 4, HIDDEN).equalsWithEps(expected, 1e-5)).isTrue();
          }
          assertThat(found.slice(2).equalsWithEps(states.slice(2), 1e-6)).isTrue();
        }
      }
    }
  }

  private static ComputationGraph vertex(Steering steering, WorkspaceMode mode) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .trainingWorkspaceMode(mode)
                .inferenceWorkspaceMode(mode)
                .graphBuilder()
                .addInputs("in", "language")
                .addVertex("steered", SteeringVertex.of(steering, 1, LANGUAGES), "in", "language")
                .setOutputs("steered")
                .validateOutputLayerConfig(false)
                .build());
    graph.init();
    return graph;
  }

  @Test
  void gradients() {
    for (String setting : List.of("all:0.6", "1:0.4u")) {
      for (boolean restored : new boolean[] {true, false}) {
        ComputationGraph graph =
            GradientChecks.network(
                GradientChecks.builder()
                    .addInputs("in", "language")
                    .addLayer(
                        "dense",
                        new DenseLayer.Builder()
                            .nIn(3)
                            .nOut(HIDDEN)
                            .activation(Activation.TANH)
                            .build(),
                        "in")
                    .addVertex(
                        "steered",
                        SteeringVertex.of(steering(setting, restored), 1, LANGUAGES),
                        "dense",
                        "language")
                    .addLayer(
                        "out",
                        new LossLayer.Builder(LossFunctions.LossFunction.MSE).build(),
                        "steered")
                    .setOutputs("out")
                    .build());
        INDArray in = Objectives.normal(random, DataType.DOUBLE, 3, 3);
        INDArray languages = Nd4j.createFromArray(new double[][] {{0, 1}, {1, 0}, {0.5, 0.5}});
        INDArray labels = Objectives.normal(random, DataType.DOUBLE, 3, HIDDEN);
        assertThat(GradientChecks.pass(graph, new INDArray[] {in, languages}, null, labels))
            .isTrue();
      }
    }
  }

  @Test
  void whatCannotWorkIsRefused() {
    Steering steering = steering("1:0.4u", true);
    assertThatThrownBy(() -> SteeringVertex.of(steering, 2, LANGUAGES))
        .hasMessageContaining("layers [1], expected 2");
    assertThatThrownBy(() -> SteeringVertex.of(steering, 1, List.of("de")))
        .hasMessageContaining("expected de among them");
    ComputationGraph graph = vertex(steering, WorkspaceMode.NONE);
    INDArray states = Objectives.normal(random, DataType.FLOAT, 3, HIDDEN);
    assertThatThrownBy(() -> graph.outputSingle(states, Nd4j.zeros(3, 3)))
        .hasMessageContaining("expected [batch, 2 languages]");
    INDArray wide = Objectives.normal(random, DataType.FLOAT, 3, HIDDEN + 1);
    assertThatThrownBy(() -> graph.outputSingle(wide, Nd4j.zeros(3, 2)))
        .hasMessageContaining("expected [batch, 6]");
  }
}
