package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.lens.testing.TinyNet;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Lens losses in {@code sd.fit}: mappings, schedules, placeholders, beside a loss of one's own. */
class LensFitTest {
  private static final int D = TinyNet.D;

  private final long seed = Seeds.one();
  private final Random random = new Random(seed);
  private final TinyNet net = new TinyNet(DataType.FLOAT, random);
  private final SameDiff sd = net.sd;
  private final LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
  private final LensRows rows = batch.cycle(4);
  private final INDArray x = net.array(PlainLens.normal(random, 12 * 3, D)).reshape(12, 3, D);
  private final INDArray mask = Nd4j.ones(12, 3);

  @Test
  void fitLowersTheLossWithoutTouchingTheTwin() {
    LensTerms terms = loss().attach(batch, now(), before());
    INDArray frozen = sd.getVariable("w_before").getArr().dup();
    double first = value(terms.loss());
    fit(40, batch.features("x", "mask"), batch.dataSet(rows, x, mask));
    assertThat(value(terms.loss())).as("seed %d", seed).isLessThan(0.9 * first);
    assertThat(sd.getVariable("w_before").getArr()).isEqualTo(frozen);
  }

  @Test
  void fitIsPlainGradientDescentOnTheLoss() {
    LensTerms terms = loss().attach(batch, now(), before());
    INDArray start = sd.getVariable("w").getArr().dup();
    INDArray gradient =
        TinyNet.quietly(() -> sd.calculateGradients(placeholders(), "w").get("w")).dup();
    fit(1, batch.features("x", "mask"), batch.dataSet(rows, x, mask));
    INDArray expected = start.sub(gradient.mul(0.1));
    assertThat(sd.getVariable("w").getArr().distance2(expected)).isLessThan(1e-6);
    assertThat(terms.names()).hasSize(4);
  }

  @Test
  void joinsALossOfTheUsersOwnAndLowersBoth() {
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, D);
    LensStates now = now();
    sd.loss.meanSquaredError("own", labels, now.last(), null);
    // A gradient graph that was made before attaching must not survive it.
    TinyNet.quietly(
        () -> {
          sd.createGradFunction();
          return null;
        });
    LensTerms terms = loss().separate(0).retain(0).attach(batch, now, null);
    assertThat(sd.getLossVariables()).containsExactly("own", "lens_loss");
    INDArray wanted = net.array(PlainLens.normal(random, 12, D)).muli(0.5);
    Map<String, INDArray> all = placeholders();
    all.put("labels", wanted);
    double ownBefore = sd.outputSingle(all, "own").getDouble();
    double lensBefore = value(terms.loss());
    fit(
        60,
        batch.features("x", "mask"),
        batch.dataSet(rows, new INDArray[] {x, mask}, new INDArray[] {wanted}),
        "labels");
    assertThat(sd.outputSingle(all, "own").getDouble()).as("seed %d", seed).isLessThan(ownBefore);
    assertThat(value(terms.loss())).isLessThan(lensBefore);
  }

  @Test
  void keepsTheLossesOfTheTrainingConfiguration() {
    LensStates now = now();
    sd.math.square(now.last()).mean("own", 0, 1);
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping(batch.features("x", "mask"))
            .markLabelsUnused()
            .minimize("own")
            .build());
    loss().attach(batch, now, before());
    assertThat(sd.getLossVariables()).containsExactly("own", "lens_loss");
  }

  @Test
  void schedulesChangeTheWeightAtTheirIterationAndEpoch() {
    loss()
        .align(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 2, 0.25)))
        .separate(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 1.0, 1, 3.0)))
        .attach(batch, now(), before());
    List<String> seen = new ArrayList<>();
    sd.addListeners(
        new BaseListener() {
          @Override
          public boolean isActive(Operation operation) {
            return true;
          }

          @Override
          public void iterationDone(
              SameDiff graph, At at, org.nd4j.linalg.dataset.api.MultiDataSet data, Loss loss) {
            seen.add(
                "%d/%d %.2f %.2f"
                    .formatted(
                        at.iteration(),
                        at.epoch(),
                        value(graph.getVariable("lens_align_weight")),
                        value(graph.getVariable("lens_separate_weight"))));
          }
        });
    // One step at a time, so that each can be compared with a step of constant weights.
    for (int step = 0; step < 3; step++) {
      INDArray start = sd.getVariable("w").getArr().dup();
      fit(1, batch.features("x", "mask"), batch.dataSet(rows, x, mask));
      INDArray moved = start.sub(sd.getVariable("w").getArr());
      double align = step < 2 ? 0.5 : 0.25;
      double separate = step < 1 ? 1 : 3;
      assertThat(moved.distance2(constantStep(start, align, separate)))
          .as("step %d, seed %d", step, seed)
          .isLessThan(1e-6);
    }
    assertThat(seen).containsExactly("0/0 0.50 1.00", "1/1 0.50 3.00", "2/2 0.25 3.00");
  }

  @Test
  void ownLoopsSetSchedulesThemselves() {
    LensTerms terms =
        loss()
            .weight(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 1.0, 5, 0.5)))
            .attach(batch, now(), before());
    double one = value(terms.loss());
    terms.at(4, 0);
    assertThat(value(terms.loss())).isEqualTo(one);
    terms.at(5, 0);
    assertThat(value(terms.loss())).isCloseTo(one / 2, within(1e-6 * one));
  }

  @Test
  void weightsCanBePlaceholders() {
    LensTerms terms =
        loss().retain(sd.placeHolder("hold", DataType.FLOAT)).attach(batch, now(), before());
    Map<String, INDArray> all = placeholders();
    for (INDArray three : new INDArray[] {Nd4j.scalar(3f), Nd4j.ones(1, 1).mul(3)}) {
      all.put("hold", three);
      Map<String, INDArray> found = sd.output(all, terms.names());
      double expected =
          0.7 * value(found, "align") + 1.3 * value(found, "separate") + 3 * value(found, "retain");
      assertThat(value(found, "loss")).isCloseTo(expected, within(1e-5));
    }
    INDArray before = sd.getVariable("w").getArr().dup();
    fit(
        1,
        batch.features("x", "mask", "hold"),
        batch.dataSet(rows, x, mask, Nd4j.scalar(3f).reshape(1)));
    assertThat(sd.getVariable("w").getArr()).isNotEqualTo(before);
  }

  @Test
  void cachedReferencesCanBePlaceholders() {
    LensStates cached = LensStates.placeholders(sd, "reference", DataType.FLOAT, D);
    LensTerms terms = loss().attach(batch, now(), cached);
    loss().prefix("twin_").attach(batch, now(), before());
    Map<String, INDArray> all = placeholders();
    LensStates before = before();
    all.put("reference_last", sd.outputSingle(all, before.last().name()));
    all.put("reference_mean", sd.outputSingle(all, before.mean().name()));
    Map<String, INDArray> found = sd.output(all, terms.loss().name(), "twin_lens_loss");
    assertThat(found.get("lens_loss")).isEqualTo(found.get("twin_lens_loss"));
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> loss().attach(batch, now(), null))
        .hasMessageContaining("states before training, which are null");
    assertThatThrownBy(
            () ->
                LensLoss.of(Nd4j.eye(D), Nd4j.eye(D), Map.of("sw", new double[D]))
                    .attach(batch, now(), before()))
        .hasMessage("there is no direction of zh, expected one for each target: found [sw]");
    assertThatThrownBy(() -> loss().weight(0).attach(batch, now(), before()))
        .hasMessageContaining("nothing to train for");
  }

  private INDArray constantStep(INDArray start, double align, double separate) {
    TinyNet other = new TinyNet(DataType.FLOAT, new Random(0));
    other.sd.getVariable("w").getArr().assign(start);
    other.sd.getVariable("w_before").getArr().assign(sd.getVariable("w_before").getArr());
    LensBatch same = LensBatch.in(other.sd, "en", List.of("sw", "zh"));
    loss()
        .align(align)
        .separate(separate)
        .attach(
            same, LensStates.of(other.hidden, other.mask), LensStates.of(other.twin, other.mask));
    return TinyNet.quietly(() -> other.sd.calculateGradients(placeholders(), "w").get("w"))
        .mul(0.1);
  }

  private final double[][] agnostic = PlainLens.basis(random, 1, D);
  private final double[][] specific = PlainLens.basis(random, 2, D);
  private final double[][] delta = PlainLens.normal(random, 2, D);

  private LensLoss loss() {
    return LensLoss.of(
            net.array(agnostic), net.array(specific), Map.of("sw", delta[0], "zh", delta[1]))
        .align(0.7)
        .separate(1.3)
        .retain(2.1);
  }

  private LensStates now() {
    return LensStates.of(net.hidden, net.mask);
  }

  private LensStates before() {
    return LensStates.of(net.twin, net.mask);
  }

  private Map<String, INDArray> placeholders() {
    Map<String, INDArray> all = new HashMap<>(batch.arrays(rows));
    all.put("x", x);
    all.put("mask", mask);
    return all;
  }

  private void fit(int epochs, String[] features, MultiDataSet data, String... labels) {
    if (sd.getTrainingConfig() == null) {
      TrainingConfig.Builder config =
          TrainingConfig.builder().updater(new Sgd(0.1)).dataSetFeatureMapping(features);
      sd.setTrainingConfig(
          (labels.length == 0 ? config.markLabelsUnused() : config.dataSetLabelMapping(labels))
              .build());
    }
    TinyNet.quietly(() -> sd.fit(new SingletonMultiDataSetIterator(data), epochs));
  }

  private double value(SDVariable v) {
    return v.getVariableType() == org.nd4j.autodiff.samediff.VariableType.CONSTANT
        ? v.getArr().getDouble()
        : sd.outputSingle(placeholders(), v.name()).getDouble();
  }

  private static double value(Map<String, INDArray> found, String term) {
    return found.get("lens_" + term).getDouble();
  }
}
