package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.lens.testing.TinyNet;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.autodiff.listeners.records.History;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The listener in {@code sd.fit}. */
class LensListenerTest {
  private static final int D = TinyNet.D;

  private final long seed = Seeds.one();
  private final Random random = new Random(seed);
  private final TinyNet net = new TinyNet(DataType.FLOAT, random);
  private final LensBatch batch = LensBatch.in(net.sd, "en", List.of("sw", "zh"));
  private final LensRows rows = batch.cycle(4);
  private final double[][] agnostic = PlainLens.basis(random, 1, D);
  private final double[][] specific = PlainLens.basis(random, 2, D);
  private final Map<String, double[]> directions = new LinkedHashMap<>();
  private final LensStates now = LensStates.of(net.hidden, net.mask);
  private final Map<String, INDArray> data = new HashMap<>(batch.arrays(rows));
  private final LensTerms terms;

  LensListenerTest() {
    double[][] delta = PlainLens.normal(random, 2, D);
    directions.put("sw", delta[0]);
    directions.put("zh", delta[1]);
    data.put("x", net.array(PlainLens.normal(random, 12 * 3, D)).reshape(12, 3, D));
    data.put("mask", Nd4j.ones(12, 3));
    terms =
        LensLoss.of(net.array(agnostic), net.array(specific), directions)
            .attach(batch, now, LensStates.of(net.twin, net.mask));
  }

  @Test
  void readsTheSameNumbersAsTheTermsOfTheGraph() {
    LensListener listener = listener(monitor().build()).every(2).terms(terms.names()).build();
    History history = fit(listener, 5);
    List<HeldOutReading> readings = listener.monitor().history();
    assertThat(readings).extracting(HeldOutReading::iteration).containsExactly(0, 1, 2, 3, 4, 5);
    Map<String, INDArray> found = net.sd.output(data, terms.names());
    HeldOutReading last = readings.get(5);
    double align = 0;
    double separate = 0;
    for (HeldOutReading.Language l : last.languages().values()) {
      align += l.align();
      separate += l.separate();
    }
    assertThat(align)
        .as("seed %d", seed)
        .isCloseTo(found.get("lens_align").getDouble(), within(1e-5));
    assertThat(separate).isCloseTo(found.get("lens_separate").getDouble(), within(1e-5));
    assertThat(last.retain()).isCloseTo(found.get("lens_retain").getDouble(), within(1e-5));
    assertThat(readings.get(0).retain()).isZero();
    // Trained on what it reads: the terms of step i are the reading before it.
    List<TrainingTerms> trained = listener.trainingTerms();
    assertThat(trained).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(trained.get(i).values()).containsOnlyKeys(terms.names());
      assertThat(trained.get(i).values().get("lens_retain"))
          .isCloseTo(readings.get(i).retain(), within(1e-5));
      // Without the listener SameDiff reports 0.
      assertThat((double) history.getLossCurve().meanLoss("lens_loss", i))
          .isCloseTo(trained.get(i).values().get("lens_loss"), within(1e-5));
    }
    assertThat(net.sd.getTrainingConfig().getTrainEvaluations()).isEmpty();
    assertThat(listener.stats()).contains("sw", "after iteration 5");
  }

  @Test
  void schedulesFollowTheIterationsOfOneFit() {
    LensTerms scheduled =
        LensLoss.of(net.array(agnostic), net.array(specific), directions)
            .prefix("s_")
            .align(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 3, 0.25)))
            .separate(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 1.0, 1, 3.0)))
            .attach(batch, now, LensStates.of(net.twin, net.mask));
    LensListener listener = listener(monitor().build()).terms(scheduled.names()).build();
    net.sd.addListeners(listener);
    configure();
    TinyNet.quietly(() -> net.sd.fit(new Repeated(2), 3));
    List<TrainingTerms> trained = listener.trainingTerms();
    assertThat(trained).hasSize(6);
    for (int i = 0; i < 6; i++) {
      Map<String, Double> v = trained.get(i).values();
      double expected =
          (i < 3 ? 0.5 : 0.25) * v.get("s_lens_align")
              + (i < 2 ? 1 : 3) * v.get("s_lens_separate")
              + v.get("s_lens_retain");
      assertThat(v.get("s_lens_loss")).as("iteration %d", i).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void stopsBetweenEpochsWhenOverBudget() {
    LensListener listener = listener(monitor().driftBudget(1e-9).build()).build();
    fit(listener, 10);
    assertThat(listener.stopped()).isTrue();
    assertThat(net.sd.getTrainingConfig().getIterationCount()).isEqualTo(1);
  }

  @Test
  void stopsWithinAnEpochOverItsIterator() {
    LensListener listener = listener(monitor().driftBudget(1e-9).build()).every(2).build();
    net.sd.setListeners(listener);
    configure();
    MultiDataSetIterator twenty = new Repeated(20);
    TinyNet.quietly(() -> net.sd.fit(listener.untilStopped(twenty), 3));
    assertThat(net.sd.getTrainingConfig().getIterationCount()).isEqualTo(2);
  }

  @Test
  void goesOnWithinBudget() {
    LensListener listener = listener(monitor().driftBudget(1e9).build()).build();
    fit(listener, 4);
    assertThat(listener.stopped()).isFalse();
    assertThat(net.sd.getTrainingConfig().getIterationCount()).isEqualTo(4);
    assertThat(listener.trainingTerms()).isEmpty();
  }

  @Test
  void severalBatchesAreOneHeldOutSet() {
    LensListener one = listener(monitor().build()).build();
    LensListener two = listener(monitor().build()).heldOut(rows, data).build();
    net.setWeights(PlainLens.normal(random, D, D));
    net.sd.setListeners(one, two);
    configure();
    TinyNet.quietly(() -> net.sd.fit(new Repeated(1), 1));
    HeldOutReading a = one.monitor().history().get(1);
    HeldOutReading b = two.monitor().history().get(1);
    assertThat(b.retain()).isCloseTo(a.retain(), within(1e-9));
    assertThat(b.languages().get("sw").align())
        .isCloseTo(a.languages().get("sw").align(), within(1e-9));
  }

  @Test
  void wantsCompleteHeldOutTexts() {
    assertThatThrownBy(() -> LensListener.builder(monitor().build(), now).build())
        .hasMessageContaining("found no held-out texts");
    assertThatThrownBy(
            () ->
                LensListener.builder(monitor().build(), now)
                    .heldOut(batch.rows(List.of("en", "sw"), 0, 0), data))
        .hasMessageContaining("found 1 pairs of 1 central texts");
  }

  private HeldOutMonitor.Builder monitor() {
    return HeldOutMonitor.builder("en", agnostic, specific, directions);
  }

  private LensListener.Builder listener(HeldOutMonitor monitor) {
    return LensListener.builder(monitor, now).heldOut(rows, data);
  }

  private History fit(LensListener listener, int epochs) {
    net.sd.setListeners(listener);
    configure();
    return TinyNet.quietly(() -> net.sd.fit(new Repeated(1), epochs));
  }

  private void configure() {
    net.sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping(batch.features("x", "mask"))
            .markLabelsUnused()
            .build());
  }

  /** The same batch several times an epoch. */
  private final class Repeated extends SingletonMultiDataSetIterator {
    private final int times;
    private int done;

    Repeated(int times) {
      super(batch.dataSet(rows, data.get("x"), data.get("mask")));
      this.times = times;
    }

    @Override
    public boolean hasNext() {
      return done < times;
    }

    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSet next() {
      done++;
      super.reset();
      return super.next();
    }

    @Override
    public void reset() {
      done = 0;
      super.reset();
    }
  }
}
