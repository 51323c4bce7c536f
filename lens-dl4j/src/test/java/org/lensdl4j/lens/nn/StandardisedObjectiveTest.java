package org.lensdl4j.lens.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.config.Schedule;
import org.lensdl4j.lens.loss.HeldOutMonitor;
import org.lensdl4j.lens.loss.HeldOutReading;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.train.TinyJob;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.testing.Seeds;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** An objective in standardised coordinates is the raw one of states divided by deviations. */
class StandardisedObjectiveTest {
  private static final int D = 5;
  private static final IActivation IDENTITY = Activation.IDENTITY.getActivationFunction();

  @TempDir Path folder;

  private static LensObjective like(LensObjective o, double[] deviation) {
    return new LensObjective(
        o.languages().toArray(String[]::new),
        o.agnostic(),
        o.specific(),
        o.displacement(),
        o.align(),
        o.separate(),
        o.retain(),
        o.pivotAtReference(),
        deviation);
  }

  /** What each value of a row is divided by. */
  private static INDArray across(LensObjective objective, double[] deviation) {
    double[] out = new double[objective.width()];
    for (int i = 0; i < out.length; i++) {
      out[i] = deviation[i % D];
    }
    return Nd4j.createFromArray(out);
  }

  @Test
  void scoresAndGradientsAreThoseOfDividedStates() {
    Seeds.forAll(
        10,
        random -> {
          double[] deviation = random.doubles(D, -3, 3).map(Math::exp).toArray();
          LensObjective raw = Objectives.random(random, 2, D, 2, random.nextBoolean());
          LensObjective standardised = like(raw, deviation);
          INDArray by = across(raw, deviation);
          INDArray states = Objectives.normal(random, DataType.DOUBLE, 3, raw.width());
          INDArray labels = Objectives.normal(random, DataType.DOUBLE, 3, raw.width());
          LensLossFunction expected = new LensLossFunction(raw);
          LensLossFunction found = new LensLossFunction(standardised);
          INDArray z = states.divRowVector(by);
          INDArray y = labels.divRowVector(by);
          double score = expected.computeScore(y, z, IDENTITY, null, true);
          assertThat(found.computeScore(labels, states, IDENTITY, null, true))
              .isCloseTo(score, within(1e-9 * score));
          INDArray gradient = expected.computeGradient(y, z, IDENTITY, null).divRowVector(by);
          assertThat(
                  found
                      .computeGradient(labels, states, IDENTITY, null)
                      .sub(gradient)
                      .amaxNumber()
                      .doubleValue())
              .isLessThan(1e-9 * gradient.amaxNumber().doubleValue());
          try (TermRows a = new TermRows(raw, z, y);
              TermRows b = new TermRows(standardised, states, labels)) {
            assertThat(b.specificEnergy(1)).isCloseTo(a.specificEnergy(1), within(1e-9));
            assertThat(b.agnosticEnergy(0)).isCloseTo(a.agnosticEnergy(0), within(1e-9));
          }
        });
  }

  private LanguageSpace probed(TinyJob tiny, LensConfig config) {
    return LanguageProbing.run(tiny.model, tiny.corpus.corpus(), config, Progress.NONE);
  }

  private static LensConfig config() {
    return TinyJob.config()
        .schedule(Schedule.CONSTANT)
        .warmupRatio(0)
        .batchSize(2)
        .coordinates(LossCoordinates.STANDARDISED)
        .build();
  }

  @Test
  void aGraphTrainsInTheSpacesCoordinatesAndItsMonitorReadsTheSameTerms() {
    LensConfig config = config();
    try (TinyJob tiny = new TinyJob(folder, 6);
        LensMultiDataSetIterator data =
            LensMultiDataSetIterator.of(tiny.model, tiny.corpus, config, tiny.cache());
        LensMultiDataSetIterator heldOut =
            LensMultiDataSetIterator.of(tiny.model, tiny.corpus, config, tiny.cache())) {
      LanguageSpace space = probed(tiny, config);
      ComputationGraph graph = LensGraphs.top(tiny.model, space, config);
      LensObjective objective = LensGraphs.objective(graph);
      HeldOutMonitor monitor = HeldOutMonitor.builder(space, space.layers()).build();
      LensTrainingListener listener = new LensTrainingListener(monitor, heldOut, 0);
      graph.addListeners(listener);
      LensScoreCalculator score = new LensScoreCalculator(heldOut);
      double before = score.calculateScore(graph);
      graph.fit(data, 3);
      assertThat(score.calculateScore(graph)).isLessThan(before);
      HeldOutReading first = monitor.history().get(0);
      HeldOutReading last = monitor.history().get(monitor.history().size() - 1);
      assertThat(terms(first)).isCloseTo(before, within(1e-4 * before));
      assertThat(terms(last)).isCloseTo(score.calculateScore(graph), within(1e-4 * before));
      ComputationGraph byHand =
          LensGraphs.builder(tiny.model, space, config).lossFunction().build();
      data.reset();
      MultiDataSet batch = data.next();
      ComputationGraph graphs = LensGraphs.top(tiny.model, space, config);
      graphs.fit(batch);
      byHand.fit(batch);
      assertThat(graphs.params().sub(byHand.params()).amaxNumber().doubleValue()).isLessThan(2e-5);
      assertThat(objective).isEqualTo(LensObjective.of(space, config));
    }
  }

  private static double terms(HeldOutReading reading) {
    return reading.retain()
        + reading.languages().values().stream().mapToDouble(l -> l.align() + l.separate()).sum();
  }

  @Test
  void otherCoordinatesThanTheSpacesAreRefusedAndDeviationsChecked() {
    LensConfig config = config();
    try (TinyJob tiny = new TinyJob(folder, 6)) {
      LensConfig raw = TinyJob.config().build();
      assertThatThrownBy(() -> LensObjective.of(tiny.space, config))
          .isInstanceOf(LensException.class)
          .hasMessageContaining("coordinates: found STANDARDISED, expected RAW");
      assertThatThrownBy(() -> LensObjective.of(probed(tiny, config), raw))
          .hasMessageContaining("coordinates: found RAW, expected STANDARDISED");
    }
    LensObjective objective = Objectives.random(new Random(1), 1, D, 1, false);
    assertThatThrownBy(() -> like(objective, new double[] {1, 1, 0, 1, 1}))
        .hasMessageContaining("coordinate 2 is 0.0");
    assertThatThrownBy(() -> like(objective, new double[] {1}))
        .hasMessageContaining("expected the hidden size 5");
  }

  @Test
  void jsonKeepsDeviationsAndThatOfEarlierVersionsHasNone() throws Exception {
    LensObjective plain = Objectives.random(new Random(2), 1, D, 1, false);
    LensObjective standardised = like(plain, new double[] {1, 2, 3, 4, 5});
    var mapper = new org.nd4j.shade.jackson.databind.ObjectMapper();
    for (LensObjective objective : new LensObjective[] {plain, standardised}) {
      String json = mapper.writeValueAsString(objective);
      assertThat(mapper.readValue(json, LensObjective.class)).isEqualTo(objective);
      assertThat(json.contains("deviation")).isEqualTo(objective == standardised);
    }
    assertThat(plain).isNotEqualTo(standardised);
    assertThat(new LossLayer.Builder(new LensLossFunction(standardised)).build().toString())
        .contains("standardised");
  }
}
