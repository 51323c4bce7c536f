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
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.lens.testing.TinyNet;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What InfoNCE is and is not sensitive to; its values are compared with PyTorch's elsewhere. */
class ContrastiveLossTest {
  private static final int D = TinyNet.D;
  private static final List<String> TARGETS = List.of("sw", "zh");

  @Test
  void isTheFormula() {
    Seeds.forAll(
        10,
        random -> {
          int prompts = 1 + random.nextInt(4);
          double[][] states = PlainLens.normal(random, 3 * prompts, D);
          LensRows rows = LensRows.cycle("en", TARGETS, prompts);
          double expected = 0;
          for (int l = 0; l < 2; l++) {
            double[][] cosine = new double[prompts][prompts];
            for (int i = 0; i < prompts; i++) {
              for (int j = 0; j < prompts; j++) {
                cosine[i][j] = cosine(states[3 * i], states[3 * j + 1 + l]) / 0.3;
              }
            }
            for (int i = 0; i < prompts; i++) {
              double row = 0;
              double column = 0;
              for (int j = 0; j < prompts; j++) {
                row += Math.exp(cosine[i][j]);
                column += Math.exp(cosine[j][i]);
              }
              expected += ((Math.log(row) + Math.log(column)) / 2 - cosine[i][i]) / prompts;
            }
          }
          assertThat(value(ContrastiveLoss.of(D, Map.of()), rows, states))
              .isCloseTo(expected, within(1e-10));
        });
  }

  @Test
  void whatSetsALanguageApartDoesNotCount() {
    Seeds.forAll(
        10,
        random -> {
          LensRows rows = LensRows.cycle("en", TARGETS, 3);
          double[][] states = PlainLens.normal(random, 9, D);
          double[][] means = PlainLens.normal(random, 3, D);
          double[][] shifted = new double[9][D];
          for (int i = 0; i < 9; i++) {
            for (int k = 0; k < D; k++) {
              shifted[i][k] = states[i][k] + 50 * means[i % 3][k];
            }
          }
          Map<String, double[]> off = new HashMap<>();
          for (int l = 0; l < 3; l++) {
            double[] mean = means[l].clone();
            for (int k = 0; k < D; k++) {
              mean[k] *= 50;
            }
            off.put(List.of("en", "sw", "zh").get(l), mean);
          }
          assertThat(value(ContrastiveLoss.of(D, off), rows, shifted))
              .isCloseTo(value(ContrastiveLoss.of(D, Map.of()), rows, states), within(1e-9));
        });
  }

  @Test
  void orderOfRowsDoesNotMatterAndOnePromptCostsNothing() {
    Seeds.forAll(
        10,
        random -> {
          double[][] states = PlainLens.normal(random, 9, D);
          LensRows rows = LensRows.cycle("en", TARGETS, 3);
          List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
          Collections.shuffle(order, random);
          double[][] moved = new double[9][];
          List<String> languages = new ArrayList<>();
          int[] prompts = new int[9];
          for (int i = 0; i < 9; i++) {
            moved[i] = states[order.get(i)];
            languages.add(List.of("en", "sw", "zh").get(order.get(i) % 3));
            prompts[i] = order.get(i) / 3;
          }
          LensRows other = LensRows.of("en", TARGETS, languages, prompts);
          ContrastiveLoss loss = ContrastiveLoss.of(D, Map.of());
          assertThat(value(loss, other, moved)).isCloseTo(value(loss, rows, states), within(1e-10));
          double[][] one = {states[0], states[1], states[2]};
          assertThat(value(loss, LensRows.cycle("en", TARGETS, 1), one))
              .isCloseTo(0, within(1e-12));
        });
  }

  @Test
  void trainingWithItBringsTranslationsTogether() {
    Random random = new Random(5);
    TinyNet net = new TinyNet(DataType.FLOAT, random);
    LensBatch batch = LensBatch.in(net.sd, "en", TARGETS);
    WeightedTerm term =
        ContrastiveLoss.of(D, Map.of())
            .temperature(0.2)
            .attach(batch, LensStates.of(net.hidden, net.mask));
    assertThat(term.names()).containsExactly("lens_contrast_loss", "lens_contrast");
    assertThat(net.sd.getLossVariables()).containsExactly("lens_contrast_loss");
    LensRows rows = batch.cycle(4);
    INDArray x = net.array(PlainLens.normal(random, 24, D)).reshape(12, 2, D);
    INDArray mask = Nd4j.ones(12, 2);
    Map<String, INDArray> all = new HashMap<>(batch.arrays(rows));
    all.put("x", x);
    all.put("mask", mask);
    double before = net.sd.outputSingle(all, "lens_contrast").getDouble(0);
    net.sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(0.05))
            .dataSetFeatureMapping(batch.features("x", "mask"))
            .markLabelsUnused()
            .build());
    TinyNet.quietly(
        () -> net.sd.fit(new SingletonMultiDataSetIterator(batch.dataSet(rows, x, mask)), 30));
    assertThat(net.sd.outputSingle(all, "lens_contrast").getDouble(0)).isLessThan(before / 2);
  }

  @Test
  void saysWhatItCannotDo() {
    TinyNet net = new TinyNet(DataType.FLOAT, new Random(1));
    LensBatch batch = LensBatch.in(net.sd, "en", TARGETS);
    LensStates now = LensStates.of(net.hidden, net.mask);
    assertThatThrownBy(
            () ->
                ContrastiveLoss.of(D, Map.of())
                    .in(ContrastiveLoss.Region.AGNOSTIC)
                    .attach(batch, now))
        .hasMessageContaining("region AGNOSTIC needs subspaces");
    assertThatThrownBy(
            () ->
                ContrastiveLoss.of(D, Map.of("en", new double[D])).prefix("b_").attach(batch, now))
        .hasMessage("there is no mean of sw, expected one of each language: found [en]");
    assertThatThrownBy(() -> ContrastiveLoss.of(D, Map.of()).temperature(0))
        .hasMessage("temperature: found 0.0, expected a positive number");
    assertThatThrownBy(
            () -> ContrastiveLoss.of(D, Map.of()).prefix("c_").weight(0).attach(batch, now))
        .hasMessageContaining("nothing to train for");
  }

  private static double value(ContrastiveLoss loss, LensRows rows, double[][] states) {
    TinyNet net = new TinyNet(DataType.DOUBLE, new Random(0));
    LensBatch batch = LensBatch.in(net.sd, "lens_", DataType.DOUBLE, "en", TARGETS);
    loss.temperature(0.3)
        .attach(batch, LensStates.of(net.sd.placeHolder("states", DataType.DOUBLE, -1, D)));
    Map<String, INDArray> all = new HashMap<>(batch.arrays(rows));
    all.put("states", net.array(states));
    return net.sd.outputSingle(all, ContrastiveLoss.CONTRAST).getDouble(0);
  }

  private static double cosine(double[] a, double[] b) {
    double dot = PlainLens.coordinates(new double[][] {a}, b)[0];
    return dot / Math.sqrt(PlainLens.squares(a) * PlainLens.squares(b));
  }
}
