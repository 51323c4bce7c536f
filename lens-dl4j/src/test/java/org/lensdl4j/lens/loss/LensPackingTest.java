package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Losses on packed texts against the terms written out, with all rows and with the needed ones. */
class LensPackingTest {
  private static final int D = 5;
  private static final List<String> TARGETS = List.of("sw", "zh");
  private static final List<String> NAMES =
      List.of("lens_align", "lens_separate", "lens_retain", "lens_retain_targets");

  @Test
  void termsAreThoseOfThePlainComputation() {
    Seeds.forAll(
        8,
        random -> {
          Problem p = new Problem(random, random.nextInt(3), 1 + random.nextInt(3));
          Map<String, INDArray> found = p.graph.output(p.placeholders(), NAMES);
          double[][] last = p.last(p.now);
          double[][] mean = p.mean(p.now);
          assertThat(value(found, "lens_align"))
              .isCloseTo(PlainLens.align(p.agnostic, p.rows, last, last), within(1e-10));
          assertThat(value(found, "lens_separate"))
              .isCloseTo(
                  PlainLens.separate(
                      p.specific, p.rows, last, p.beforeLast, p.delta, new double[] {1, 1}),
                  within(1e-10));
          assertThat(value(found, "lens_retain"))
              .isCloseTo(PlainLens.retain(p.rows, mean, p.beforeMean), within(1e-10));
          assertThat(value(found, "lens_retain_targets")).isCloseTo(p.targets(), within(1e-10));
        });
  }

  /** One layer computes what is read and no more; another, below it, all rows. */
  @Test
  void neededRowsAreEnough() {
    Problem p = new Problem(new Random(3), 1, 2);
    LensPacking means = p.batch.packing("means_");
    SDVariable chosen = p.graph.placeHolder("chosen", DataType.DOUBLE, -1, D);
    p.loss().retainTargets(0).prefix("b_").attach(p.batch, means.states(chosen), p.before());
    int[] needed = means.needed(p.rows, p.texts);
    assertThat(needed.length).isLessThan(p.texts.rows());
    Map<String, INDArray> in = p.placeholders();
    in.put(
        "chosen",
        Nd4j.createFromArray(
            Arrays.stream(needed).mapToObj(r -> p.now[r]).toArray(double[][]::new)));
    in.putAll(means.arrays(p.rows, p.texts.only(needed)));
    Map<String, INDArray> found = p.graph.output(in, List.of("lens_loss", "b_lens_loss"));
    assertThat(value(found, "b_lens_loss")).isCloseTo(value(found, "lens_loss"), within(1e-12));
    assertThatThrownBy(() -> p.packing.arrays(p.rows, p.texts.only(needed)))
        .hasMessageContaining("are not all computed");
  }

  /** However many losses read it, a row is picked once: each pick costs a product of all rows. */
  @Test
  void picksAreShared() {
    Problem p = new Problem(new Random(4), 0, 1);
    long products = p.products();
    ContrastiveLoss.of(D, Map.of()).attach(p.batch, p.states, p.before());
    // Those of the contrast itself: similarities and languages.
    assertThat(p.products()).isEqualTo(products + 2);
  }

  private static double value(Map<String, INDArray> found, String name) {
    return found.get(name).getDouble();
  }

  /** Texts of random lengths, packed behind tokens that they share. */
  private static final class Problem {
    final SameDiff graph = SameDiff.create();
    final LensBatch batch = LensBatch.in(graph, "", DataType.DOUBLE, "en", TARGETS);
    final LensPacking packing = batch.packing("packed_");
    final LensStates states;
    final LensRows rows;
    final PackedTexts texts;
    final double[][] agnostic;
    final double[][] specific;
    final double[][] delta;
    final double[][] now;
    final double[][] beforeLast;
    final double[][] beforeMean;

    Problem(Random random, int shared, int prompts) {
      agnostic = PlainLens.basis(random, 1, D);
      specific = PlainLens.basis(random, 2, D);
      delta = PlainLens.normal(random, 2, D);
      rows = batch.cycle(prompts);
      int[][] read = new int[rows.rows()][];
      int[][] tokens = new int[rows.rows()][];
      int at = shared;
      for (int i = 0; i < read.length; i++) {
        int from = at;
        int own = 2 + random.nextInt(3);
        at += own;
        read[i] = new int[] {at - 1};
        tokens[i] =
            IntStream.concat(IntStream.range(0, shared), IntStream.range(from, at)).toArray();
      }
      texts = new PackedTexts(at, read, tokens);
      now = PlainLens.normal(random, at, D);
      beforeLast = PlainLens.normal(random, rows.rows(), D);
      beforeMean = PlainLens.normal(random, rows.rows(), D);
      states = packing.states(graph.var("packed", Nd4j.createFromArray(now)));
      LensStates.placeholders(graph, "before", DataType.DOUBLE, D);
      loss().attach(batch, states, before());
    }

    LensStates before() {
      return new LensStates(graph.getVariable("before_last"), graph.getVariable("before_mean"));
    }

    LensLoss loss() {
      return LensLoss.of(
              Nd4j.createFromArray(agnostic),
              Nd4j.createFromArray(specific),
              Map.of("sw", delta[0], "zh", delta[1]))
          .retainTargets(0.5);
    }

    Map<String, INDArray> placeholders() {
      Map<String, INDArray> out = new HashMap<>(batch.arrays(rows));
      out.putAll(packing.arrays(rows, texts));
      out.put("before_last", Nd4j.createFromArray(beforeLast));
      out.put("before_mean", Nd4j.createFromArray(beforeMean));
      return out;
    }

    long products() {
      return Arrays.stream(graph.ops()).filter(op -> op.opName().equals("matmul")).count();
    }

    double[][] last(double[][] packed) {
      return Arrays.stream(texts.read()).map(r -> packed[r[0]]).toArray(double[][]::new);
    }

    double[][] mean(double[][] packed) {
      double[][] out = new double[texts.texts()][D];
      for (int i = 0; i < out.length; i++) {
        for (int row : texts.tokens()[i]) {
          for (int k = 0; k < D; k++) {
            out[i][k] += packed[row][k] / texts.tokens()[i].length;
          }
        }
      }
      return out;
    }

    double targets() {
      double[][] mean = mean(now);
      double sum = 0;
      for (LensRows.Pair pair : rows.pairs()) {
        sum +=
            PlainLens.squares(PlainLens.minus(mean[pair.target()], beforeMean[pair.target()])) / D;
      }
      return sum / rows.pairs().size();
    }
  }
}
