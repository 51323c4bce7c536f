package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.loss.ContrastiveLoss;
import org.lensdl4j.lens.loss.Coordinates;
import org.lensdl4j.lens.loss.HeldOutMonitor;
import org.lensdl4j.lens.loss.LensBatch;
import org.lensdl4j.lens.loss.LensListener;
import org.lensdl4j.lens.loss.LensLoss;
import org.lensdl4j.lens.loss.LensRows;
import org.lensdl4j.lens.loss.LensStates;
import org.lensdl4j.lens.loss.LensTerms;
import org.lensdl4j.lens.loss.Subspace;
import org.lensdl4j.lens.loss.TokenLoss;
import org.lensdl4j.lens.loss.TokenTargets;
import org.lensdl4j.lens.loss.WeightedTerm;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The programs of docs/plugin.md on losses, subspaces and listening, on a two-layer network. */
class LossSnippetsTest {
  private static final int D = 6;
  private static final int TEXTS = 12;

  private final SameDiff sd = SameDiff.create();
  private final SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, -1, D);
  private final SDVariable mask = sd.placeHolder("mask", DataType.FLOAT, -1, -1);
  private final INDArray w1 = random(D, D);
  private final INDArray w2 = random(D, D);
  private final SDVariable middle = layer(x, sd.var("w1", w1.dup())).rename("middle");
  private final SDVariable hidden = layer(middle, sd.var("w2", w2.dup())).rename("hidden");
  private final SDVariable frozenMiddle = layer(x, sd.constant("f1", w1));
  private final SDVariable frozen = layer(frozenMiddle, sd.constant("f2", w2));
  private final INDArray xArray = random(TEXTS, 5 * D).reshape(TEXTS, 5, D);
  private final INDArray maskArray = Nd4j.ones(TEXTS, 5);
  private final LanguageSpace space = space();

  @Test
  void attachAndFit() {
    // snippet attach
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates now = LensStates.of(hidden, mask); // [batch, seq, hidden] and [batch, seq]
    LensStates before = LensStates.of(frozen, mask); // the same layer with the weights of the start
    LensTerms terms =
        LensLoss.of(space, 2)
            .align(1)
            .separate(1)
            .lambda("sw", 0.5)
            .retain(1)
            .attach(batch, now, before);
    // end attach
    double start = value(batch, terms.loss());
    // snippet fit
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(0.01))
            .dataSetFeatureMapping(batch.features("x", "mask"))
            .markLabelsUnused()
            .build());
    LensRows rows = batch.cycle(4); // en sw zh, en sw zh, ...: four prompts
    MultiDataSet data = batch.dataSet(rows, xArray, maskArray);
    sd.fit(new SingletonMultiDataSetIterator(data), 20);
    // end fit
    assertThat(value(batch, terms.loss())).isLessThan(start);
  }

  @Test
  void readme() {
    // snippet readme
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh")); // which row is which language
    LensStates before = LensStates.of(frozen, mask); // the same layer with the weights of the start
    LensLoss.of(space, 2).weight(0.1).attach(batch, LensStates.of(hidden, mask), before);
    // end readme
    assertThat(value(batch, sd.getVariable("lens_loss"))).isPositive();
  }

  @Test
  void rowsInAnyOrder() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    // snippet rows
    LensRows rows = batch.rows(List.of("zh", "en", "sw", "en"), 7, 7, 8, 8);
    // end rows
    assertThat(rows.pairs()).hasSize(2);
  }

  @Test
  void severalLayersAndCachedReferences() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates before = LensStates.of(frozen, mask);
    // snippet layers
    LensStates cached = LensStates.placeholders(sd, "start", DataType.FLOAT, space.hiddenSize());
    LensLoss.of(space, 1)
        .prefix("layer1_")
        .weight(0.3)
        .retain(0) // off
        .attach(batch, LensStates.of(middle, mask), cached);
    LensLoss.of(space, 2).attach(batch, LensStates.of(hidden, mask), before);
    // end layers
    assertThat(sd.getLossVariables()).containsExactly("layer1_lens_loss", "lens_loss");
    assertThat(sd.inputs()).contains("start_last");
  }

  @Test
  void regulariser() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates now = LensStates.of(hidden, mask);
    LensStates before = LensStates.of(frozen, mask);
    // snippet regulariser
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 6);
    sd.loss.softmaxCrossEntropy("own_loss", labels, now.last(), null);
    LensLoss.of(space, 2).weight(0.1).attach(batch, now, before);
    // sd.getLossVariables(): own_loss, lens_loss; SameDiff trains their sum
    // end regulariser
    assertThat(sd.getLossVariables()).containsExactly("own_loss", "lens_loss");
  }

  @Test
  void weights() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates now = LensStates.of(hidden, mask);
    LensStates before = LensStates.of(frozen, mask);
    // snippet weights
    LensTerms terms =
        LensLoss.of(space, 2)
            .align(new RampSchedule(new FixedSchedule(1), 100)) // 0.01, 0.02 ... 1 by iteration
            .separate(new MapSchedule(ScheduleType.EPOCH, Map.of(0, 1.0, 2, 0.5)))
            .retain(sd.placeHolder("hold", DataType.FLOAT)) // fed with each batch
            .attach(batch, now, before);
    // end weights
    terms.at(9, 2);
    assertThat(sd.getVariable("lens_align_weight").getArr().getDouble(0))
        .isCloseTo(0.1, within(1e-6));
    assertThat(sd.getVariable("lens_separate_weight").getArr().getDouble(0)).isEqualTo(0.5);
    assertThat(sd.inputs()).contains("hold");
  }

  @Test
  void ownLoop() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensTerms terms =
        LensLoss.of(space, 2)
            .attach(batch, LensStates.of(hidden, mask), LensStates.of(frozen, mask));
    double start = value(batch, terms.loss());
    // snippet loop
    Map<String, INDArray> arrays = new HashMap<>(batch.arrays(batch.cycle(4)));
    arrays.put("x", xArray);
    arrays.put("mask", maskArray);
    INDArray weight = sd.getVariable("w2").getArr();
    Adam adam = new Adam(0.01);
    INDArray state = Nd4j.zeros(1, adam.stateSize(weight.length()));
    GradientUpdater<?> updater = adam.instantiate(state, true);
    updater.setStateViewArray(state, weight.shape(), 'c', true);
    for (int step = 0; step < 20; step++) {
      terms.at(step, 0); // for weights that are schedules
      INDArray gradient = sd.calculateGradients(arrays, "w2").get("w2");
      updater.applyUpdater(gradient, step, 0);
      weight.subi(gradient);
    }
    // end loop
    assertThat(value(batch, terms.loss())).isLessThan(start);
  }

  @Test
  void subspaces() {
    // snippet subspace
    Subspace specific = Subspace.of(sd, "specific", space.specificArray(2));
    SDVariable inside = specific.project(hidden); // all of the shape of hidden
    SDVariable without = specific.projectOut(hidden);
    SDVariable softened = specific.projectOut(hidden, 0.4); // h - 0.4 P h
    SDVariable steered = specific.steer(hidden, space.directionArray(2, "sw"), 0.5);
    SDVariable coordinates = specific.coordinates(hidden); // [tokens, directions]
    SDVariable share = specific.energyShare(hidden); // [tokens], 0 to 1
    // end subspace
    Map<String, INDArray> found =
        sd.output(
            Map.of("x", xArray),
            List.of(hidden, inside, without, softened, steered, coordinates, share).stream()
                .map(SDVariable::name)
                .toList());
    INDArray h = found.get("hidden");
    assertThat(found.get(inside.name()).add(found.get(without.name())).distance2(h))
        .isLessThan(1e-4);
    assertThat(found.get(softened.name()).shape()).isEqualTo(h.shape());
    assertThat(found.get(steered.name()).shape()).isEqualTo(h.shape());
    assertThat(found.get(coordinates.name()).shape()).containsExactly(TEXTS * 5, 2);
    assertThat(found.get(share.name()).maxNumber().doubleValue()).isLessThanOrEqualTo(1.00001);
  }

  @Test
  void contrast() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates now = LensStates.of(hidden, mask);
    float[][] states = random(50, D).toFloatMatrix();
    // snippet contrast
    WeightedTerm contrast =
        ContrastiveLoss.of(space, 2)
            .in(ContrastiveLoss.Region.WITHOUT_SPECIFIC)
            .temperature(0.1)
            .coordinates(Coordinates.standardisedBy(states)) // a sample, [n][hidden]
            .weight(0.5)
            .attach(batch, now);
    // end contrast
    assertThat(contrast.names()).containsExactly("lens_contrast_loss", "lens_contrast");
    assertThat(value(batch, contrast.term())).isPositive();
  }

  @Test
  void whitened() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates now = LensStates.of(hidden, mask);
    LensStates before = LensStates.of(frozen, mask);
    float[][] states = random(50, D).toFloatMatrix();
    // snippet coordinates
    LensLoss.of(space, 2)
        .coordinates(Coordinates.whitenedBy(states, 0.01))
        .attach(batch, now, before);
    // end coordinates
    assertThat(value(batch, sd.getVariable("lens_loss"))).isPositive();
  }

  @Test
  void tokens() {
    SDVariable head = sd.constant("head", random(9, D));
    SDVariable teacherLogits = sd.placeHolder("teacher", DataType.FLOAT, -1, -1, 9);
    int[][] ids = {{3, 1, 4, 1, 5}, {8, 2, 6, 0, 0}};
    int[][] real = {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}};
    // snippet tokens
    SDVariable labels = sd.placeHolder("labels", DataType.INT32, -1, -1);
    SDVariable counted = sd.placeHolder("counted", DataType.FLOAT, -1, -1);
    TokenLoss.crossEntropyOfStates(hidden, head, labels, counted).attach();
    SDVariable logits = sd.mmul(sd.reshape(hidden, -1, 6), head, false, true, false);
    TokenLoss.distillation(logits, teacherLogits, 9, counted).temperature(2).weight(0.5).attach();

    // The labels are the next ids; the first two tokens of each text are its prompt.
    TokenTargets targets = TokenTargets.next(ids, real, new int[] {2, 2});
    // end tokens
    Map<String, INDArray> arrays =
        Map.of(
            "x",
            xArray.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 2)).dup(),
            "labels",
            targets.labels(),
            "counted",
            targets.counted(),
            "teacher",
            random(10, 9).reshape(2, 5, 9));
    assertThat(sd.outputSingle(arrays, "cross_entropy_loss").getDouble(0)).isPositive();
    assertThat(sd.outputSingle(arrays, "distillation_loss").getDouble(0)).isPositive();
    assertThat(sd.getLossVariables()).containsExactly("cross_entropy_loss", "distillation_loss");
  }

  @Test
  void listening() {
    LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
    LensStates now = LensStates.of(hidden, mask);
    LensTerms terms = LensLoss.of(space, 2).attach(batch, now, LensStates.of(frozen, mask));
    LensRows rows = batch.cycle(4);
    MultiDataSetIterator iterator =
        new SingletonMultiDataSetIterator(batch.dataSet(rows, xArray, maskArray));
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(0.05))
            .dataSetFeatureMapping(batch.features("x", "mask"))
            .markLabelsUnused()
            .build());
    INDArray heldOutX = random(6, 3 * D).reshape(6, 3, D);
    INDArray heldOutMask = Nd4j.ones(6, 3);
    // snippet listen
    HeldOutMonitor monitor = HeldOutMonitor.builder(space, 2).driftBudget(0.05).build();
    LensListener listener =
        LensListener.builder(monitor, now)
            .heldOut(batch.cycle(2), Map.of("x", heldOutX, "mask", heldOutMask))
            .every(1)
            .terms(terms.names())
            .build();
    sd.addListeners(listener);
    sd.fit(listener.untilStopped(iterator), 50);
    String table = listener.stats();
    // end listen
    assertThat(listener.stopped()).isTrue();
    assertThat(table).contains("sw", "zh", "(budget 0.05000)");
    assertThat(listener.trainingTerms().get(0).values()).containsKeys("lens_align", "lens_loss");
  }

  private double value(LensBatch batch, SDVariable variable) {
    Map<String, INDArray> arrays = new HashMap<>(batch.arrays(batch.cycle(TEXTS / 3)));
    arrays.put("x", xArray);
    arrays.put("mask", maskArray);
    return sd.outputSingle(arrays, variable.name()).getDouble(0);
  }

  private SDVariable layer(SDVariable in, SDVariable weight) {
    SDVariable rows = sd.mmul(sd.reshape(in, -1, D), weight);
    return sd.reshape(sd.math.tanh(rows), sd.shape(in));
  }

  private static INDArray random(int rows, int columns) {
    return Nd4j.randn(DataType.FLOAT, new long[] {rows, columns});
  }

  private static LanguageSpace space() {
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "sw", "zh"), 2, D);
    for (String language : statistics.languages()) {
      for (int layer = 1; layer <= 2; layer++) {
        statistics.add(language, layer, random(1, D).toFloatVector());
      }
    }
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("none"));
  }
}
