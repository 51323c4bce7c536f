package org.lensdl4j.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.GraphRunner;
import org.lensdl4j.model.graph.TransformerLayer;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Properties of an encoder's layer in double, at random states and weights. */
@ParameterizedClass
@ValueSource(strings = {"bert", "xlm-r", "mpnet"})
class EncoderGradientsTest {
  private static final int TEXTS = 2;
  private static final int LONGEST = 6;

  private final long seed = Seeds.one();

  @Parameter String variant;
  private FamilyVariant r;
  private ModelConfig config;
  private List<String> names;
  private Map<String, INDArray> in;

  @BeforeEach
  void open() {
    Nd4j.getRandom().setSeed(seed);
    r = FamilyVariant.encoder(variant);
    config = r.model.config();
    names = new ArrayList<>(TransformerLayer.parameterShapes(config, 2).keySet());
    names.add(0, "hidden");
    in = new HashMap<>();
    in.put("hidden", Nd4j.randn(DataType.DOUBLE, TEXTS, LONGEST, config.hiddenSize()));
    // The first text is filled up on the left, the second on the right.
    in.put("mask", Nd4j.create(new double[][] {{0, 0, 1, 1, 1, 1}, {1, 1, 1, 0, 0, 0}}));
  }

  @AfterEach
  void close() {
    r.close();
  }

  /** With a loss of the mean of each text, and of the squares. */
  private SameDiff block() {
    SameDiff sd = SameDiff.create();
    SDVariable hidden = sd.placeHolder("hidden", DataType.DOUBLE, -1, LONGEST, config.hiddenSize());
    SDVariable mask = sd.placeHolder("mask", DataType.DOUBLE, -1, LONGEST);
    SDVariable out = TransformerLayer.apply(sd, config, 2, hidden, mask, name -> weight(sd, name));
    SDVariable own = out.rename("out").mul(sd.reshape(mask, -1, LONGEST, 1));
    SDVariable aim = sd.constant(Nd4j.randn(DataType.DOUBLE, 1, 1, config.hiddenSize()));
    SDVariable mean = own.mean(true, 1).sub(aim);
    sd.math.square(mean).sum(0, 1, 2).add(sd.math.square(own).sum(0, 1, 2)).rename("loss");
    sd.setLossVariables("loss");
    return sd;
  }

  private SDVariable weight(SameDiff sd, String name) {
    INDArray values = r.model.weights().read(name).castTo(DataType.DOUBLE);
    return name.equals(config.names().relativeBiasWeight())
        ? sd.constant(name, values)
        : sd.var(name, values);
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    SameDiff sd = block();
    try (GraphRunner runner = new GraphRunner(sd)) {
      Map<String, INDArray> gradients = new HashMap<>();
      runner.gradients(in, List.of("loss"), names).forEach((n, g) -> gradients.put(n, g.dup()));
      for (String name : names) {
        INDArray gradient = gradients.get(name);
        assertThat(gradient.isNaN().any()).as(name).isFalse();
        INDArray w = name.equals("hidden") ? in.get(name) : sd.getVariable(name).getArr();
        INDArray direction = Nd4j.randn(DataType.DOUBLE, w.shape());
        double h = 1e-5;
        w.addi(direction.mul(h));
        double up = loss(runner);
        w.subi(direction.mul(2 * h));
        double down = loss(runner);
        w.addi(direction.mul(h));
        double expected = (up - down) / (2 * h);
        assertThat(gradient.mul(direction).sumNumber().doubleValue())
            .as("%s, seed %d", name, seed)
            .isCloseTo(expected, within(1e-6 + 1e-5 * Math.abs(expected)));
      }
    }
  }

  private double loss(GraphRunner runner) {
    return runner.run(in, List.of("loss")).get("loss").getDouble(0);
  }

  /** What stands at padding changes no token of a text, and gets no gradient. */
  @Test
  void paddingIsSeenByNoToken() {
    SameDiff sd = block();
    try (GraphRunner runner = new GraphRunner(sd)) {
      INDArray before = runner.run(in, List.of("out")).get("out").dup();
      INDArray gradient = runner.gradients(in, List.of(), List.of("hidden")).get("hidden").dup();
      INDArray padding = in.get("mask").rsub(1);
      INDArray noise = Nd4j.randn(DataType.DOUBLE, in.get("hidden").shape()).muli(100);
      in.get("hidden").addi(noise.mul(padding.reshape(TEXTS, LONGEST, 1)));
      INDArray after = runner.run(in, List.of("out")).get("out").dup();
      for (int text = 0; text < TEXTS; text++) {
        for (int at = 0; at < LONGEST; at++) {
          Place place = new Place(text, at);
          if (padding.getDouble(text, at) == 0) {
            assertThat(place.of(after)).as("seed %d", seed).isEqualTo(place.of(before));
          } else {
            assertThat(place.of(gradient).amaxNumber().doubleValue()).as("seed %d", seed).isZero();
          }
        }
      }
    }
  }

  /** Unlike in a decoder, a change of the last token reaches the first. */
  @Test
  void firstTokenSeesTheLast() {
    SameDiff sd = block();
    try (GraphRunner runner = new GraphRunner(sd)) {
      INDArray before = runner.run(in, List.of("out")).get("out").dup();
      in.get("hidden").putScalar(0, LONGEST - 1, 0, 3);
      INDArray after = runner.run(in, List.of("out")).get("out").dup();
      Place first = new Place(0, 2);
      assertThat(first.of(after)).as("seed %d", seed).isNotEqualTo(first.of(before));
      Place other = new Place(1, 0);
      assertThat(other.of(after)).as("seed %d", seed).isEqualTo(other.of(before));
    }
  }

  private record Place(int text, int at) {
    INDArray of(INDArray states) {
      return states.get(NDArrayIndex.point(text), NDArrayIndex.point(at), NDArrayIndex.all()).dup();
    }
  }
}
