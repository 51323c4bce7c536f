package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.lens.testing.TinyNet;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Losses on token states: which rows are compared, and what padding and order do not change. */
class LensBatchTest {
  private static final int D = TinyNet.D;
  private static final List<String> TARGETS = List.of("sw", "zh");

  private final long seed = Seeds.one();
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource({"1,1,4,FLOAT", "1,2,4,DOUBLE", "3,1,1,FLOAT", "2,3,5,DOUBLE", "1,1,1,DOUBLE"})
  void termsAreThoseOfThePlainComputation(int q, int r, int length, DataType type) {
    Problem p = new Problem(type, q, r, 2, length);
    LensTerms terms = p.loss().attach(p.batch, p.now(), p.before());
    double align = p.plainAlign();
    double separate = p.plainSeparate();
    double retain = p.plainRetain();
    double near = type == DataType.DOUBLE ? 1e-12 : 1e-5;
    Map<String, INDArray> found = p.run(terms.names());
    assertThat(value(found, "lens_align")).as("seed %d", seed).isCloseTo(align, within(near));
    assertThat(value(found, "lens_separate")).isCloseTo(separate, within(near));
    assertThat(value(found, "lens_retain")).isCloseTo(retain, within(near));
    assertThat(value(found, "lens_loss"))
        .isCloseTo(0.7 * align + 1.3 * separate + 2.1 * retain, within(near * 10));
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    for (int r = 1; r <= 3; r++) {
      Problem p = new Problem(DataType.DOUBLE, r == 2 ? 2 : 1, r, 2, 3);
      p.loss().attach(p.batch, p.now(), p.before());
      INDArray gradient =
          TinyNet.quietly(() -> p.net.sd.calculateGradients(p.placeholders(), "w").get("w"));
      double[][] at = p.net.weights();
      double h = 1e-5;
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          double x = at[i][j];
          at[i][j] = x + h;
          p.net.setWeights(at);
          double up = p.plainLoss();
          at[i][j] = x - h;
          p.net.setWeights(at);
          double slope = (up - p.plainLoss()) / (2 * h);
          at[i][j] = x;
          assertThat(gradient.getDouble(i, j)).as("seed %d", seed).isCloseTo(slope, within(1e-7));
        }
      }
    }
  }

  @Test
  void startsWhereTheMethodSays() {
    Problem p = new Problem(DataType.DOUBLE, 1, 2, 3, 4);
    p.net.setWeights(p.net.start);
    LensTerms terms = p.loss().attach(p.batch, p.now(), p.before());
    double expected = 0;
    for (int l = 0; l < 2; l++) {
      // delta lies in the subspace: its projection is as long as itself.
      double length = PlainLens.squares(PlainLens.coordinates(p.specific, p.delta[l]));
      expected += p.lambda[l] * p.lambda[l] * length / D;
    }
    Map<String, INDArray> found = p.run(terms.names());
    assertThat(value(found, "lens_separate")).isCloseTo(expected, within(1e-12));
    assertThat(value(found, "lens_retain")).isEqualTo(0);
  }

  @Test
  void paddingSideLengthAndRowOrderChangeNothing() {
    Problem p = new Problem(DataType.DOUBLE, 1, 2, 3, 4);
    LensTerms terms = p.loss().attach(p.batch, p.now(), p.before());
    double expected = value(p.run(terms.names()), "lens_loss");
    p.pad(3, true);
    assertThat(value(p.run(terms.names()), "lens_loss")).isCloseTo(expected, within(1e-12));
    p.pad(0, false);
    assertThat(value(p.run(terms.names()), "lens_loss")).isCloseTo(expected, within(1e-12));
    p.shuffle();
    assertThat(value(p.run(terms.names()), "lens_loss")).isCloseTo(expected, within(1e-12));
  }

  @Test
  void severalLayersAddUp() {
    Problem p = new Problem(DataType.DOUBLE, 1, 2, 2, 3);
    double one = value(p.run(p.loss().attach(p.batch, p.now(), p.before()).names()), "lens_loss");
    LensTerms second = p.loss().prefix("b_").weight(0.25).attach(p.batch, p.now(), p.before());
    LensTerms third = p.loss().separate(0).prefix("c_").attach(p.batch, p.now(), p.before());
    assertThat(p.net.sd.getLossVariables())
        .containsExactly("lens_loss", "b_lens_loss", "c_lens_loss");
    assertThat(third.names()).containsExactly("c_lens_loss", "c_lens_align", "c_lens_retain");
    List<String> all = new ArrayList<>(second.names());
    all.addAll(third.names());
    Map<String, INDArray> found = p.run(all);
    assertThat(value(found, "b_lens_loss")).isCloseTo(0.25 * one, within(1e-12));
    assertThat(value(found, "c_lens_loss"))
        .isCloseTo(one - 1.3 * value(found, "b_lens_separate"), within(1e-12));
  }

  @Test
  void pivotCanBeHeldAtTheReference() {
    Problem p = new Problem(DataType.DOUBLE, 1, 2, 2, 3);
    p.loss().pivotAtReference().attach(p.batch, p.now(), p.before());
    double expected = PlainLens.align(p.agnostic, p.rows, p.lastBefore(), p.lastNow());
    assertThat(value(p.run(List.of("lens_align")), "lens_align"))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void rowsThatCannotBePairedAreNamed() {
    assertThatThrownBy(() -> rows(List.of("en", "sw", "xx"), 0, 0, 0))
        .hasMessage("row 2 is in xx, expected en, one of [sw, zh], or null");
    assertThatThrownBy(() -> rows(List.of("en", "sw"), 0, 1))
        .hasMessage("row 1 is prompt 1 in sw, but no row is that prompt in en");
    assertThatThrownBy(() -> rows(List.of("en", "en", "sw"), 0, 0, 0))
        .hasMessage("rows 0 and 1 are both prompt 0 in en, expected one central row a prompt");
    assertThatThrownBy(() -> rows(List.of("en"), 0))
        .hasMessage("found no row of [sw, zh], expected at least one pair");
  }

  private static LensRows rows(List<String> languages, int... prompts) {
    return LensRows.of("en", TARGETS, languages, prompts);
  }

  private static double value(Map<String, INDArray> found, String name) {
    return found.get(name).getDouble();
  }

  /** A batch with its numbers. */
  private final class Problem {
    final TinyNet net;
    final LensBatch batch;
    final double[][] agnostic;
    final double[][] specific;
    final double[][] delta;
    final double[] lambda = {0.5, 1.5};
    List<String> languages = new ArrayList<>();
    int[] prompts;
    LensRows rows;
    double[][][] x;
    double[][] mask;

    Problem(DataType type, int q, int r, int prompts, int length) {
      net = new TinyNet(type, random);
      net.setWeights(PlainLens.normal(random, D, D));
      batch = LensBatch.in(net.sd, "lens_", type, "en", TARGETS);
      agnostic = PlainLens.basis(random, q, D);
      specific = PlainLens.basis(random, r, D);
      delta = PlainLens.normal(random, 2, D);
      this.prompts = new int[prompts * 3];
      for (int i = 0; i < prompts * 3; i++) {
        languages.add(List.of("en", "sw", "zh").get(i % 3));
        this.prompts[i] = i / 3;
      }
      rows = batch.cycle(prompts);
      x = new double[prompts * 3][][];
      mask = new double[x.length][length];
      for (int b = 0; b < x.length; b++) {
        x[b] = PlainLens.normal(random, length, D);
        int real = 1 + random.nextInt(length);
        for (int t = 0; t < real; t++) {
          mask[b][t] = 1;
        }
      }
    }

    LensLoss loss() {
      return LensLoss.of(
              net.array(agnostic), net.array(specific), Map.of("sw", delta[0], "zh", delta[1]))
          .lambda("sw", lambda[0])
          .lambdas(Map.of("zh", lambda[1]))
          .align(0.7)
          .separate(1.3)
          .retain(2.1);
    }

    LensStates now() {
      return LensStates.of(net.hidden, net.mask);
    }

    LensStates before() {
      return LensStates.of(net.twin, net.mask);
    }

    Map<String, INDArray> placeholders() {
      Map<String, INDArray> all = new HashMap<>(batch.arrays(rows));
      all.put("x", net.array(x));
      all.put("mask", net.array(mask));
      return all;
    }

    Map<String, INDArray> run(List<String> names) {
      return net.sd.output(placeholders(), names);
    }

    double[][] lastNow() {
      return PlainLens.last(TinyNet.forward(x, net.weights()), mask);
    }

    double[][] lastBefore() {
      return PlainLens.last(TinyNet.forward(x, net.start), mask);
    }

    double plainAlign() {
      return PlainLens.align(agnostic, rows, lastNow(), lastNow());
    }

    double plainSeparate() {
      return PlainLens.separate(specific, rows, lastNow(), lastBefore(), delta, lambda);
    }

    double plainRetain() {
      return PlainLens.retain(
          rows,
          PlainLens.mean(TinyNet.forward(x, net.weights()), mask),
          PlainLens.mean(TinyNet.forward(x, net.start), mask));
    }

    double plainLoss() {
      return 0.7 * plainAlign() + 1.3 * plainSeparate() + 2.1 * plainRetain();
    }

    /** Moves all padding to one side and adds some, which holds garbage. */
    void pad(int more, boolean left) {
      for (int b = 0; b < x.length; b++) {
        List<double[]> real = new ArrayList<>();
        for (int t = 0; t < mask[b].length; t++) {
          if (mask[b][t] == 1) {
            real.add(x[b][t]);
          }
        }
        double[][] padded = PlainLens.normal(random, mask[b].length + more, D);
        double[] bits = new double[padded.length];
        int from = left ? padded.length - real.size() : 0;
        for (int t = 0; t < real.size(); t++) {
          padded[from + t] = real.get(t);
          bits[from + t] = 1;
        }
        x[b] = padded;
        mask[b] = bits;
      }
    }

    void shuffle() {
      List<Integer> order = new ArrayList<>();
      for (int b = 0; b < x.length; b++) {
        order.add(b);
      }
      Collections.shuffle(order, random);
      double[][][] newX = new double[x.length][][];
      double[][] newMask = new double[x.length][];
      List<String> newLanguages = new ArrayList<>();
      int[] newPrompts = new int[x.length];
      for (int b = 0; b < x.length; b++) {
        newX[b] = x[order.get(b)];
        newMask[b] = mask[order.get(b)];
        newLanguages.add(languages.get(order.get(b)));
        newPrompts[b] = prompts[order.get(b)];
      }
      x = newX;
      mask = newMask;
      languages = newLanguages;
      prompts = newPrompts;
      rows = batch.rows(languages, prompts);
    }
  }
}
