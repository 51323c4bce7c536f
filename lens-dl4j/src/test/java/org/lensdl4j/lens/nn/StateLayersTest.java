package org.lensdl4j.lens.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lens.steer.StateMove;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Projection and steering in feed-forward and recurrent networks. */
class StateLayersTest {
  private static final int HIDDEN = 6;
  private final Random random = new Random(3);

  private static ComputationGraph feedForward(Layer layer) {
    return GradientChecks.network(
        GradientChecks.builder()
            .addInputs("in")
            .addLayer(
                "dense",
                new DenseLayer.Builder().nIn(3).nOut(HIDDEN).activation(Activation.TANH).build(),
                "in")
            .addLayer("layer", layer, "dense")
            .addLayer("out", new LossLayer.Builder(LossFunctions.LossFunction.MSE).build(), "layer")
            .setOutputs("out")
            .build());
  }

  private static ComputationGraph recurrent(Layer layer, RNNFormat format) {
    return GradientChecks.network(
        GradientChecks.builder()
            .addInputs("in")
            .addLayer(
                "lstm", new LSTM.Builder().nIn(3).nOut(HIDDEN).dataFormat(format).build(), "in")
            .addLayer("layer", layer, "lstm")
            .addLayer(
                "out",
                new RnnLossLayer.Builder(LossFunctions.LossFunction.MSE)
                    .dataFormat(format)
                    .activation(Activation.IDENTITY)
                    .build(),
                "layer")
            .setOutputs("out")
            .build());
  }

  private Layer[] layers(RNNFormat format) {
    double[][] basis = Objectives.orthonormal(random, 2, HIDDEN);
    return new Layer[] {
      SubspaceProjection.builder().onto(basis).strength(0.8).build().format(format),
      SubspaceProjection.builder().outOf(basis).build().format(format),
      SteeringLayer.of(basis[0], -0.7).format(format),
      SteeringLayer.of(new StateMove(basis[1], 0.4, true, true)).format(format),
      SteeringLayer.of(new StateMove(new double[] {1, 2, 0, 0, -1, 0}, 0.4, true, false))
          .format(format),
      SteeringLayer.of(new StateMove(basis[1], -0.4, false, true)).format(format)
    };
  }

  @Test
  void gradientsInFeedForwardNetworks() {
    for (Layer layer : layers(RNNFormat.NWC)) {
      INDArray in = Objectives.normal(random, DataType.DOUBLE, 4, 3);
      INDArray labels = Objectives.normal(random, DataType.DOUBLE, 4, HIDDEN);
      assertThat(GradientChecks.pass(feedForward(layer), new INDArray[] {in}, null, labels))
          .isTrue();
    }
  }

  @Test
  void gradientsInRecurrentNetworks() {
    for (Layer layer : layers(RNNFormat.NCW)) {
      INDArray in = Objectives.normal(random, DataType.DOUBLE, 2, 3, 4);
      INDArray labels = Objectives.normal(random, DataType.DOUBLE, 2, HIDDEN, 4);
      assertThat(
              GradientChecks.pass(
                  recurrent(layer, RNNFormat.NCW), new INDArray[] {in}, null, labels))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void bothFormatsComputeTheSame(int time) {
    Layer[] nwc = layers(RNNFormat.NWC);
    for (int i = 0; i < nwc.length; i++) {
      Layer ncw =
          nwc[i] instanceof SteeringLayer s
              ? s.format(RNNFormat.NCW)
              : ((SubspaceProjection) nwc[i]).format(RNNFormat.NCW);
      INDArray states = Objectives.normal(random, DataType.FLOAT, 2, time, HIDDEN);
      INDArray a = Networks.apply(nwc[i], states);
      INDArray b = Networks.apply(ncw, states.permute(0, 2, 1).dup('c'));
      assertThat(b.permute(0, 2, 1).equalsWithEps(a, 1e-6)).isTrue();
    }
  }

  @Test
  void algebra() {
    double[][] basis = Objectives.orthonormal(random, 3, HIDDEN);
    INDArray states = Objectives.normal(random, DataType.FLOAT, 5, HIDDEN);
    INDArray in = Networks.apply(SubspaceProjection.builder().onto(basis).build(), states);
    INDArray out = Networks.apply(SubspaceProjection.builder().outOf(basis).build(), states);
    assertThat(in.add(out).equalsWithEps(states, 1e-5)).isTrue();
    INDArray none =
        Networks.apply(SubspaceProjection.builder().outOf(basis).strength(0).build(), states);
    assertThat(none.equalsWithEps(states, 0)).isTrue();
    INDArray there = Networks.apply(SteeringLayer.of(basis[0], 2), states);
    INDArray back = Networks.apply(SteeringLayer.of(basis[0], -2), there);
    assertThat(back.equalsWithEps(states, 1e-5)).isTrue();
  }

  /** A layer does what a steering does in a model. */
  @Test
  void steeringIsThatOfAModel() {
    for (boolean share : new boolean[] {true, false}) {
      for (boolean restored : new boolean[] {true, false}) {
        for (int n : new int[] {1, 4}) {
          double[] delta = random.doubles(HIDDEN).toArray();
          INDArray states = Objectives.normal(random, DataType.FLOAT, n, HIDDEN);
          states.putScalar(n - 1, 0, 0f);
          float[] expected = states.dup().data().asFloat();
          for (int row = 0; row < n; row++) {
            steer(expected, row * HIDDEN, delta, 0.6, share, restored);
          }
          StateMove move = new StateMove(delta, 0.6, share, restored);
          INDArray found = Networks.apply(SteeringLayer.of(move), states);
          assertThat(found.equalsWithEps(Nd4j.createFromArray(expected).reshape(n, HIDDEN), 1e-5))
              .isTrue();
        }
      }
    }
  }

  private static void steer(
      float[] rows, int at, double[] delta, double s, boolean share, boolean restored) {
    double before = 0;
    double length = 0;
    for (int i = 0; i < delta.length; i++) {
      before += rows[at + i] * rows[at + i];
      length += delta[i] * delta[i];
    }
    double by = share ? s * Math.sqrt(before / length) : s;
    double after = 0;
    for (int i = 0; i < delta.length; i++) {
      rows[at + i] += (float) (by * delta[i]);
      after += rows[at + i] * rows[at + i];
    }
    for (int i = 0; restored && i < delta.length; i++) {
      rows[at + i] *= (float) Math.sqrt(before / after);
    }
  }

  @Test
  void whatCannotWorkIsRefused() {
    assertThatThrownBy(() -> SubspaceProjection.builder().build())
        .hasMessageContaining("call onto or outOf");
    assertThatThrownBy(
            () -> SubspaceProjection.builder().onto(new double[][] {{1, 1}, {0, 1}}).build())
        .hasMessageContaining("not orthonormal");
    assertThatThrownBy(() -> SteeringLayer.of(new double[] {Double.NaN}, 1))
        .hasMessageContaining("NaN");
    Layer layer = SteeringLayer.of(new double[] {1, 2, 3}, 1);
    INDArray states = Objectives.normal(random, DataType.FLOAT, 5, HIDDEN);
    assertThatThrownBy(() -> Networks.apply(layer, states))
        .hasMessageContaining("[5, 6]")
        .hasMessageContaining("hidden size 3");
  }
}
