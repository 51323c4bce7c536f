package org.lensdl4j.lens.loss;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lens.space.LanguageProbe;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.Provenance;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What can be known to be wrong when a loss is attached is said then, and names what to change. */
class AttachChecksTest {
  private static final int D = 4;
  private static final List<String> TARGETS = List.of("sw", "zh");

  private SameDiff sd;
  private LensBatch batch;
  private LensStates now;
  private LensStates before;

  @BeforeEach
  void graph() {
    sd = SameDiff.create();
    batch = LensBatch.in(sd, "en", TARGETS);
    now = LensStates.of(sd.var("now", DataType.FLOAT, 6, D));
    before = LensStates.placeholders(sd, "before", DataType.FLOAT, D);
  }

  @Test
  void whatFitsIsAttached() {
    assertThatCode(() -> loss().attach(batch, now, before)).doesNotThrowAnyException();
  }

  @Test
  void statesOfAnotherGraph() {
    SameDiff other = SameDiff.create();
    LensStates elsewhere = LensStates.placeholders(other, "before", DataType.FLOAT, D);
    refused(() -> loss().attach(batch, now, elsewhere))
        .hasMessage(
            "states before training: the variable before_last is of another SameDiff graph than the LensBatch");
    refused(() -> loss().attach(batch, elsewhere, before))
        .hasMessageStartingWith("states: the variable before_last");
    SDVariable weight = other.constant("w", 1f);
    refused(() -> loss().align(weight).attach(batch, now, before))
        .hasMessageStartingWith("weight of align: the variable w");
    SDVariable mask = other.placeHolder("mask", DataType.FLOAT, -1, -1);
    SDVariable hidden = sd.placeHolder("hidden", DataType.FLOAT, -1, -1, D);
    refused(() -> LensStates.of(hidden, mask)).hasMessageStartingWith("mask: the variable mask");
  }

  @Test
  void trainedStatesAsThoseBeforeTraining() {
    refused(() -> loss().attach(batch, now, now))
        .hasMessageContaining("are the variable now, which is trained");
  }

  @Test
  void anotherCentralLanguage() {
    LensBatch chinese = LensBatch.in(sd, "zh_", DataType.FLOAT, "zh", List.of("sw"));
    LensLoss ofSpace = LensLoss.of(space(), 1);
    refused(() -> ofSpace.attach(chinese, now, before))
        .hasMessage(
            "the batch compares with zh, the language space with en: expected the same central language");
  }

  @Test
  void lambdas() {
    refused(() -> loss().lambda("sw", Double.NaN))
        .hasMessage("lambda of sw is NaN, expected a number");
    refused(() -> loss().lambdas(Map.of("zh", Double.POSITIVE_INFINITY)))
        .hasMessageStartingWith("lambda of zh is Infinity");
    refused(() -> loss().lambda("fr", 1).attach(batch, now, before))
        .hasMessage("lambdas are of [fr], expected languages among the targets [sw, zh]");
  }

  @Test
  void sizesRanksAndTypes() {
    LensStates wide = LensStates.placeholders(sd, "wide", DataType.FLOAT, 9);
    refused(() -> loss().attach(batch, wide, before))
        .hasMessage(
            "states: the states wide_last have shape [-1, 9], expected one row a text, [batch, 4]");
    LensStates doubles = LensStates.placeholders(sd, "doubles", DataType.DOUBLE, D);
    refused(() -> loss().attach(batch, now, doubles))
        .hasMessage(
            "states before training: the states doubles_last are DOUBLE, expected FLOAT, the type of the LensBatch");
    SDVariable cube = sd.placeHolder("cube", DataType.FLOAT, -1, 5, D);
    refused(() -> LensStates.of(cube))
        .hasMessageStartingWith("cube has shape [-1, 5, 4], expected one row a text");
    refused(() -> LensStates.of(cube, null)).hasMessageStartingWith("the mask is null");
    SDVariable flat = sd.placeHolder("flat", DataType.FLOAT, -1, D);
    refused(() -> LensStates.of(flat, flat))
        .hasMessage("flat has shape [-1, 4], expected [batch, seq, hidden]");
    SDVariable narrow = sd.placeHolder("narrow", DataType.FLOAT, -1, 1);
    refused(() -> LensStates.of(cube, narrow))
        .hasMessageStartingWith(
            "the mask narrow has shape [-1, 1], expected that of the states cube");
    SDVariable deep = sd.placeHolder("deep", DataType.FLOAT, -1, 1, 5);
    refused(() -> LensStates.of(cube, deep)).hasMessageStartingWith("deep has shape [-1, 1, 5]");
  }

  @Test
  void aSecondOfAKind() {
    loss().attach(batch, now, before);
    refused(() -> loss().attach(batch, now, before))
        .hasMessage("the graph has a variable lens_loss: tell several losses apart with prefix()");
    refused(() -> LensBatch.in(sd, "en", TARGETS))
        .hasMessageStartingWith("the graph has a LensBatch with the prefix 'lens_'");
    ContrastiveLoss.of(D, Map.of()).attach(batch, now);
    refused(() -> ContrastiveLoss.of(D, Map.of()).attach(batch, now))
        .hasMessageContaining("lens_contrast")
        .hasMessageContaining("prefix()");
  }

  @Test
  void pivotWithoutStatesBeforeTraining() {
    refused(() -> ContrastiveLoss.of(D, Map.of()).pivotAtReference().attach(batch, now))
        .hasMessageContaining("pivotAtReference");
  }

  @Test
  void termsThatAreNone() {
    HeldOutMonitor monitor = HeldOutMonitor.builder("en", unit(1), unit(2), Map.of()).build();
    LensListener.Builder builder =
        LensListener.builder(monitor, now)
            .heldOut(batch.cycle(1), Map.of())
            .terms(List.of("now", "lens_los"));
    refused(builder::build).hasMessageStartingWith("terms: found lens_los");
  }

  @Test
  void rowsAgainstArrays() {
    try (INDArray three = Nd4j.create(3, 5, D);
        INDArray six = Nd4j.create(6, 5, D);
        INDArray scalar = Nd4j.create(1, 1)) {
      refused(() -> batch.dataSet(batch.cycle(2), three))
          .hasMessage(
              "found arrays of shapes [[3, 5, 4]], expected one of 6 texts, which the rows describe");
      assertThatCode(() -> batch.dataSet(batch.cycle(2), six, scalar)).doesNotThrowAnyException();
      assertThatCode(() -> batch.dataSet(batch.cycle(2), scalar)).doesNotThrowAnyException();
    }
    refused(() -> batch.arrays(LensRows.cycle("fr", TARGETS, 2)))
        .hasMessageContaining("with the central language fr");
    LensPacking packing = batch.packing("");
    PackedTexts two = new PackedTexts(2, new int[][] {{0}, {1}}, new int[][] {{0}, {1}});
    refused(() -> packing.arrays(batch.cycle(2), two))
        .hasMessage("found 2 packed texts, expected 6, one for each row of the batch");
    refused(() -> new PackedTexts(2, new int[][] {{2}}, new int[][] {{0}}))
        .hasMessage("text 0: found row 2, expected 0 to 1");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  /** The first unit vectors, {@code [rows][D]}. */
  private static double[][] unit(int rows) {
    double[][] out = new double[rows][D];
    for (int i = 0; i < rows; i++) {
      out[i][i] = 1;
    }
    return out;
  }

  private static LanguageSpace space() {
    LanguageStatistics statistics = new LanguageStatistics(List.of("en", "sw", "zh"), 1, D);
    statistics.add("en", 1, new float[] {1, 0, 2, 0});
    statistics.add("sw", 1, new float[] {0, 3, 1, 1});
    statistics.add("zh", 1, new float[] {2, 1, 0, 4});
    return LanguageProbe.fit(statistics, "en", 0, Provenance.ofModel("x"));
  }

  private static LensLoss loss() {
    try (INDArray agnostic = Nd4j.createFromArray(unit(1));
        INDArray specific = Nd4j.createFromArray(unit(2))) {
      double[] direction = new double[D];
      Arrays.fill(direction, 0.5);
      return LensLoss.of(agnostic, specific, Map.of("sw", direction, "zh", direction));
    }
  }
}
