package org.lensdl4j.lens.nn;

import java.util.Random;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lensdl4j.lens.loss.GradCheck;
import org.lensdl4j.model.config.ModelConfig;
import org.lensdl4j.model.graph.TransformerLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The layers' graphs under SameDiff's own gradient check: every weight and every input, in double.
 */
class LayerGraphGradientsTest {
  private final Random random = new Random(13);

  private SDVariable normal(SameDiff sd, String name, long... shape) {
    return sd.var(name, Objectives.normal(random, DataType.DOUBLE, shape));
  }

  private void check(String what, SameDiff sd, SDVariable out, long... shape) {
    SDVariable above = sd.constant(Objectives.normal(random, DataType.DOUBLE, shape));
    sd.setLossVariables(out.mul(above).sum("loss"));
    GradCheck.check(what, sd);
  }

  @Test
  void decoderBlockAndFinalNormUnderAMask() throws Exception {
    ModelConfig m = BlockGradientsTest.model();
    SameDiff sd = SameDiff.create();
    SDVariable hidden = normal(sd, "hidden", 2, 3, m.hiddenSize());
    SDVariable mask = sd.constant(Nd4j.createFromArray(new double[][] {{1, 1, 0}, {0, 1, 1}}));
    var shapes = TransformerLayer.parameterShapes(m, 1);
    shapes.putAll(TransformerLayer.finalNormShapes(m));
    SDVariable out =
        TransformerLayer.apply(sd, m, 1, hidden, mask, name -> normal(sd, name, shapes.get(name)));
    SDVariable normed =
        TransformerLayer.finalNorm(sd, m, out, name -> normal(sd, name, shapes.get(name)));
    check("decoder block", sd, normed, 2, 3, m.hiddenSize());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void projectionsAndSteering(boolean texts) {
    long[] shape = texts ? new long[] {2, 3, 5} : new long[] {3, 5};
    double[][] basis = Objectives.orthonormal(random, 2, 5);
    for (SameDiffLambdaLayer layer :
        new SameDiffLambdaLayer[] {
          SubspaceProjection.builder().onto(basis).strength(0.7).build(),
          SubspaceProjection.builder().outOf(basis).build(),
          SteeringLayer.of(basis[0], -0.4)
        }) {
      SameDiff sd = SameDiff.create();
      SDVariable out = layer.defineLayer(sd, normal(sd, "hidden", shape));
      // Squared, so that the gradient depends on what flows through.
      check(layer.getClass().getSimpleName(), sd, sd.math().square(out), shape);
    }
  }
}
