package org.lensdl4j.lens.loss;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every loss and graph function through SameDiff's own gradient check, in double. */
class GradientTest {
  private static final int D = 5;

  private final long seed = Seeds.one();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,2,3", "2,1,3", "2,3,1"})
  void lensTermsOnPickedRows(int q, int r, int pairs) {
    for (Coordinates c : coordinates()) {
      SameDiff sd = SameDiff.create();
      LensLoss.of(array(PlainLens.basis(random, q, D)), array(PlainLens.basis(random, r, D)))
          .align(0.5)
          .separate(1.5)
          .retain(2)
          .coordinates(c)
          .attach(
              sd,
              new LensInputs(
                  sd.var("central", normal(pairs, D)),
                  sd.var("target", normal(pairs, D)),
                  sd.constant("reference", normal(pairs, D)),
                  sd.constant("displacement", normal(pairs, r)),
                  sd.constant("weight", Nd4j.ones(DataType.DOUBLE, pairs).div(pairs)),
                  sd.var("mean", normal(1, D)),
                  sd.constant("reference_mean", normal(1, D))));
      GradCheck.check("seed " + seed, sd);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,3", "3,1", "2,4"})
  void lastAndMeanOfTokenStates(int batch, int length) {
    SameDiff sd = SameDiff.create();
    INDArray mask = Nd4j.ones(DataType.DOUBLE, batch, length);
    if (length > 1) {
      mask.putScalar(0, length - 1, 0);
    }
    LensStates states =
        LensStates.of(
            sd.var("h", normal(batch, length * D).reshape(batch, length, D)),
            sd.constant("mask", mask));
    sd.math
        .square(states.last())
        .mul(2)
        .add(sd.math.square(states.mean()))
        .mul(sd.constant(normal(batch, D)))
        .sum("loss", 0, 1);
    sd.setLossVariables("loss");
    GradCheck.check("seed " + seed, sd);
  }

  @ParameterizedTest
  @CsvSource({"1,COSINE", "2,COSINE", "4,COSINE", "1,DISTANCE", "4,DISTANCE"})
  void contrast(int pairs, ContrastiveLoss.Similarity similarity) {
    for (Coordinates c : coordinates()) {
      SameDiff sd = SameDiff.create();
      INDArray language = Nd4j.zeros(DataType.DOUBLE, pairs, 2);
      for (int i = 0; i < pairs; i++) {
        language.putScalar(i, i % 2, 1);
      }
      ContrastiveLoss.of(
              D,
              Map.of(
                  "en", PlainLens.normal(random, 1, D)[0],
                  "sw", PlainLens.normal(random, 1, D)[0],
                  "zh", PlainLens.normal(random, 1, D)[0]))
          .by(similarity)
          .temperature(0.5)
          .coordinates(c)
          .attach(
              sd,
              sd.var("central", normal(pairs, D)),
              sd.var("target", normal(pairs, D)),
              sd.constant("language", language),
              sd.constant("weight", Nd4j.ones(DataType.DOUBLE, pairs)),
              "en",
              List.of("sw", "zh"));
      GradCheck.check("seed " + seed, sd);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,2", "3,4"})
  void tokens(int tokens, int vocabulary) {
    INDArray labels = Nd4j.zeros(DataType.INT32, tokens);
    labels.putScalar(0, 1);
    INDArray counted = Nd4j.ones(DataType.DOUBLE, tokens);
    for (int kind = 0; kind < 4; kind++) {
      SameDiff sd = SameDiff.create();
      SDVariable y = sd.constant("labels", labels);
      SDVariable w = sd.constant("counted", counted);
      if (kind == 0) {
        TokenLoss.crossEntropy(sd.var("x", normal(tokens, vocabulary)), vocabulary, y, w).attach();
      } else if (kind == 1) {
        SDVariable teacher = sd.constant("teacher", normal(tokens, vocabulary));
        TokenLoss.distillation(sd.var("x", normal(tokens, vocabulary)), teacher, vocabulary, w)
            .temperature(2)
            .attach();
      } else {
        INDArray head = normal(vocabulary, D);
        TokenLoss.crossEntropyOfStates(
                sd.var("h", normal(tokens, D)),
                kind == 2 ? sd.constant("head", head) : sd.var("head", head),
                y,
                w)
            .attach();
      }
      GradCheck.check("kind " + kind + ", seed " + seed, sd);
    }
  }

  @Test
  void subspaceFunctions() {
    List<BiFunction<Subspace, SDVariable, SDVariable>> functions =
        List.of(
            Subspace::project,
            Subspace::projectOut,
            (s, h) -> s.projectOut(h, 0.3),
            Subspace::coordinates,
            Subspace::energyShare,
            (s, h) -> s.steer(h, normal(1, D), 0.5));
    for (long[] shape : new long[][] {{1, D}, {2, 2, D}}) {
      for (int directions : new int[] {1, 3}) {
        for (int f = 0; f < functions.size(); f++) {
          SameDiff sd = SameDiff.create();
          SDVariable h = sd.var("h", normal(1, (int) (Nd4j.zeros(shape).length())).reshape(shape));
          INDArray basis = array(PlainLens.basis(random, directions, D));
          Subspace space = Subspace.of(sd, "basis", basis, DataType.DOUBLE);
          SDVariable flat = sd.reshape(functions.get(f).apply(space, h), -1);
          // Two entries at least: SameDiff cannot sum a single one.
          sd.math.square(sd.concat(0, flat, flat)).sum("loss", 0);
          sd.setLossVariables("loss");
          GradCheck.check("function %d, %d directions, seed %d".formatted(f, directions, seed), sd);
        }
      }
    }
  }

  private List<Coordinates> coordinates() {
    double[] deviation = {0.5, 1, 3, 2, 1.5};
    return List.of(
        Coordinates.raw(),
        Coordinates.standardised(deviation),
        Coordinates.whitened(PlainLens.normal(random, D, D)));
  }

  private INDArray normal(int rows, int columns) {
    return array(PlainLens.normal(random, rows, columns));
  }

  private static INDArray array(double[][] values) {
    return Nd4j.createFromArray(values);
  }
}
