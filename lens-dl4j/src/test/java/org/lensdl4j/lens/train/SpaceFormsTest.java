package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.lens.space.LanguageProbing;
import org.lensdl4j.lens.space.LanguageSpace;
import org.lensdl4j.lens.states.TopStates;
import org.lensdl4j.lens.testing.PlainLens;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.weights.DType;
import org.lensdl4j.model.weights.SafetensorsFile;
import org.lensdl4j.model.weights.TensorSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Training in spaces of several agnostic directions and of standardised coordinates. */
class SpaceFormsTest {
  private static final int TEXTS = 12;

  @TempDir Path folder;
  private TinyJob tiny;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, TEXTS);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private LanguageSpace probed(TransformerModel model, LensConfig config) {
    return LanguageProbing.run(model, tiny.corpus.corpus(), config, Progress.NONE);
  }

  private List<StepReport> train(
      TransformerModel model, LanguageSpace space, LensConfig config, String name)
      throws IOException {
    Path run = folder.resolve(name);
    new TrainingJob(model, space, config, tiny.corpus, tiny.cache()).run(run);
    return RunFolder.readLog(run);
  }

  /** The first step sees all texts before any weight has changed. */
  @Test
  void alignIsThatOfAllAgnosticDirections() throws IOException {
    for (LossCoordinates coordinates : List.of(LossCoordinates.RAW, LossCoordinates.STANDARDISED)) {
      double before = 0;
      for (int q = 1; q <= 3; q++) {
        LensConfig config =
            TinyJob.config()
                .agnosticRank(q)
                .coordinates(coordinates)
                .shuffle(false)
                .accumulation(TEXTS)
                .build();
        LanguageSpace space = probed(tiny.model, config);
        assertThat(space.agnosticRank()).isEqualTo(q);
        assertThat(space.coordinates()).isEqualTo(coordinates);
        StepReport first = train(tiny.model, space, config, coordinates + "-" + q).get(0);
        for (int l = 1; l < 3; l++) {
          double expected = align(space, config, l);
          assertThat(first.align().get(config.languages().get(l)))
              .as("%s, rank %d", coordinates, q)
              .isCloseTo(expected, within(1e-4 * expected));
        }
        double now = first.align().get("xx");
        assertThat(now).isNotEqualTo(before);
        before = now;
      }
    }
  }

  /** Mean over texts of |A (h_c - h_l)|^2 / d, in the space's coordinates. */
  private double align(LanguageSpace space, LensConfig config, int language) {
    int layer = space.layers();
    double sum = 0;
    try (TopStates states =
        TopStates.of(
            tiny.model,
            TrainingJob.prompts(tiny.model, tiny.corpus, config),
            config.topLayers(),
            tiny.cache(),
            Progress.NONE)) {
      for (int t = 0; t < TEXTS; t++) {
        double[] difference =
            PlainLens.minus(
                doubles(states.referenceLast(states.text(t, 0))),
                doubles(states.referenceLast(states.text(t, language))));
        double[] z = space.inCoordinates(layer, difference);
        sum += PlainLens.squares(PlainLens.coordinates(space.agnostic(layer), z)) / z.length;
      }
    }
    return sum / TEXTS;
  }

  private static double[] doubles(float[] x) {
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i];
    }
    return out;
  }

  /**
   * The weight of the final norm times powers of two rescales coordinates of the final state and
   * changes nothing else. Training in standardised coordinates must not notice.
   */
  @Test
  void standardisedTrainingDoesNotSeeTheScaleOfCoordinates() throws IOException {
    Path scaled = rescaled();
    try (TransformerModel other = TransformerModel.open(scaled)) {
      for (int q = 1; q <= 2; q++) {
        LensConfig config =
            TinyJob.config()
                .coordinates(LossCoordinates.STANDARDISED)
                .agnosticRank(q)
                .batchSize(3)
                .contrast(0.5)
                .build();
        List<StepReport> plain =
            train(tiny.model, probed(tiny.model, config), config, "plain-" + q);
        List<StepReport> after = train(other, probed(other, config), config, "scaled-" + q);
        for (int step = 0; step < plain.size(); step++) {
          double loss = plain.get(step).loss();
          assertThat(after.get(step).loss()).isCloseTo(loss, within(1e-4 * loss));
        }
        assertSame(folder.resolve("plain-" + q), folder.resolve("scaled-" + q), other);
      }
      LensConfig raw = TinyJob.config().build();
      double plain = train(tiny.model, probed(tiny.model, raw), raw, "raw").get(0).loss();
      double after = train(other, probed(other, raw), raw, "raw-scaled").get(0).loss();
      assertThat(after).isGreaterThan(10 * plain);
    }
  }

  private void assertSame(Path run, Path otherRun, TransformerModel other) {
    try (TrainedWeights a = TrainedWeights.load(run, tiny.model);
        TrainedWeights b = TrainedWeights.load(otherRun, other)) {
      a.arrays()
          .forEach(
              (name, x) -> {
                INDArray start = tiny.model.weights().read(name);
                double moved = x.sub(start).norm2Number().doubleValue();
                double off = x.sub(b.arrays().get(name)).norm2Number().doubleValue();
                assertThat(off).as(name).isLessThan(0.02 * moved);
              });
    }
  }

  private Path rescaled() throws IOException {
    Path from = tiny.model.source();
    Path to = Files.createDirectories(folder.resolve("rescaled"));
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    INDArray norm = tiny.model.weights().read("model.norm.weight").dup();
    for (int i = 0; i < norm.length(); i++) {
      norm.putScalar(i, norm.getDouble(i) * (i % 5 == 0 ? 256 : i % 3 == 0 ? 0.25 : 1));
    }
    Path file = to.resolve("model.safetensors");
    Files.delete(file);
    try (SafetensorsFile in = SafetensorsFile.open(from.resolve("model.safetensors"));
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      DType type = DType.valueOf(in.entries().get("model.norm.weight").dtype());
      in.copyTo(out, Map.of("model.norm.weight", TensorSource.of(norm, type)));
    }
    return to;
  }

  @Test
  void spacesAndRunsOfDifferentCoordinatesDoNotMix() {
    LensConfig raw = TinyJob.config().build();
    LensConfig standardised = TinyJob.config().coordinates(LossCoordinates.STANDARDISED).build();
    LanguageSpace space = probed(tiny.model, standardised);
    assertThatThrownBy(() -> train(tiny.model, space, raw, "mixed"))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("training in coordinates RAW needs a language space of states");
    assertThat(raw.probingFingerprint()).isNotEqualTo(standardised.probingFingerprint());
    LensConfig q2 = TinyJob.config().agnosticRank(2).build();
    assertThat(raw.probingFingerprint()).isNotEqualTo(q2.probingFingerprint());
    assertThatThrownBy(() -> train(tiny.model, probed(tiny.model, q2), standardised, "refitted"))
        .hasMessageContaining("probe in these");
  }

  /** Without stored subspaces the losses fit them again: the same, for one agnostic direction. */
  @Test
  void aRawSpaceIsFittedAgainInTheSameCoordinates() throws IOException {
    LensConfig config = TinyJob.config().coordinates(LossCoordinates.STANDARDISED).build();
    LensConfig raw = TinyJob.config().build();
    List<StepReport> stored = train(tiny.model, probed(tiny.model, config), config, "stored");
    List<StepReport> fitted = train(tiny.model, probed(tiny.model, raw), config, "fitted");
    for (int step = 0; step < stored.size(); step++) {
      double loss = stored.get(step).loss();
      assertThat(fitted.get(step).loss()).isCloseTo(loss, within(1e-4 * loss));
    }
  }

  @Test
  void severalDirectionsNeedParallelTexts() throws IOException {
    Path data = Files.createDirectories(folder.resolve("apart"));
    for (String language : TinyJob.LANGUAGES) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < TEXTS; i++) {
        lines.append("{\"text\":\"%s\"}\n".formatted(tiny.corpus.text(language, i)));
      }
      Files.writeString(data.resolve(language + ".jsonl"), lines);
    }
    LensConfig config = TinyJob.config().agnosticRank(2).build();
    assertThatThrownBy(
            () ->
                LanguageProbing.run(
                    tiny.model,
                    org.lensdl4j.lens.corpus.Corpus.jsonl(data, TinyJob.LANGUAGES, 0),
                    config,
                    Progress.NONE))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("agnosticRank: found 2, expected 1: more needs parallel texts");
    assertThat(ParallelCorpus.jsonl(folder.resolve("texts"), TinyJob.LANGUAGES, "en", 0).size())
        .isEqualTo(TEXTS);
  }
}
