package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.LensResult;
import org.lensdl4j.lens.config.AlignPivot;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.model.base.LensException;

/** Runs are resumable bit for bit, refuse what is not theirs, and lose nothing when they fail. */
class TrainingJobTest {
  private static final int TEXTS = 7;

  @TempDir Path folder;
  private TinyJob tiny;
  private LensConfig config;

  @BeforeEach
  void open() {
    tiny = new TinyJob(folder, TEXTS);
    config = TinyJob.config().build();
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  /** Seven texts in steps of two: four steps an epoch, the last of one text. */
  @Test
  void anInterruptedRunEndsInTheSameBits() throws IOException {
    Path straight = folder.resolve("straight");
    tiny.job(config).run(straight);
    for (int stopAfter = 1; stopAfter < 16; stopAfter += 3) {
      Path broken = folder.resolve("broken-" + stopAfter);
      assertThatThrownBy(() -> tiny.job(config).setListeners(List.of(new StopAfter(3))).run(broken))
          .isInstanceOf(StopAfter.Stop.class);
      int stop = stopAfter;
      try {
        tiny.job(config).setListeners(List.of(new StopAfter(stop))).run(broken);
      } catch (StopAfter.Stop e) {
        assertThatThrownBy(() -> TrainedWeights.load(broken, tiny.model))
            .isInstanceOf(LensException.class)
            .hasMessageContaining("is not finished");
      }
      tiny.job(config).run(broken);
      assertThat(Files.readAllBytes(broken.resolve("trained.safetensors")))
          .as("stopped after %d", stop)
          .isEqualTo(Files.readAllBytes(straight.resolve("trained.safetensors")));
      assertThat(RunFolder.readLog(broken)).isEqualTo(RunFolder.readLog(straight)).hasSize(8);
    }
  }

  @Test
  void weightsChangeAndAFinishedRunIsLeftAlone() throws IOException {
    Path run = folder.resolve("run");
    tiny.job(config).run(run);
    byte[] result = Files.readAllBytes(run.resolve("trained.safetensors"));
    try (TrainedWeights weights = TrainedWeights.load(run, tiny.model)) {
      assertThat(weights.arrays()).isNotEmpty();
      weights
          .arrays()
          .forEach(
              (name, after) -> {
                assertThat(after.isNaN().any()).as(name).isFalse();
                assertThat(after.equals(tiny.model.weights().read(name))).as(name).isFalse();
              });
    }
    tiny.job(config).setListeners(List.of(new StopAfter(0))).run(run);
    assertThat(Files.readAllBytes(run.resolve("trained.safetensors"))).isEqualTo(result);
    assertThat(run.resolve("checkpoint.safetensors")).doesNotExist();
  }

  @Test
  void adaptersChangeTheirMatricesOnlyAndResumeInTheSameBits() throws IOException {
    LensConfig lora =
        config.toBuilder().loraRank(2).loraTargets(List.of("q_proj", "down_proj")).build();
    Path straight = folder.resolve("straight");
    tiny.job(lora).run(straight);
    Path broken = folder.resolve("broken");
    assertThatThrownBy(() -> tiny.job(lora).setListeners(List.of(new StopAfter(3))).run(broken))
        .isInstanceOf(StopAfter.Stop.class);
    tiny.job(lora).run(broken);
    assertThat(Files.readAllBytes(broken.resolve("trained.safetensors")))
        .isEqualTo(Files.readAllBytes(straight.resolve("trained.safetensors")));
    try (TrainedWeights weights = TrainedWeights.load(straight, tiny.model)) {
      assertThat(weights.arrays()).hasSize(2);
      weights
          .arrays()
          .forEach(
              (name, after) -> {
                assertThat(name).matches(".*(q_proj|down_proj)\\.weight");
                double change =
                    after.sub(tiny.model.weights().read(name)).norm2Number().doubleValue();
                assertThat(change).as(name).isPositive().isFinite();
              });
    }
    double first = RunFolder.readLog(straight).get(0).loss();
    double last = RunFolder.readLog(straight).get(7).loss();
    assertThat(last).isLessThan(first);
  }

  @Test
  void contrastAndOtherCoordinatesTrainAndResumeInTheSameBits() throws IOException {
    for (LossCoordinates coordinates : LossCoordinates.values()) {
      LensConfig with =
          config.toBuilder().batchSize(3).contrast(0.5).coordinates(coordinates).epochs(4).build();
      Path straight = folder.resolve("straight-" + coordinates);
      tiny.job(with).run(straight);
      Path broken = folder.resolve("broken-" + coordinates);
      assertThatThrownBy(() -> tiny.job(with).setListeners(List.of(new StopAfter(2))).run(broken))
          .isInstanceOf(StopAfter.Stop.class);
      tiny.job(with).run(broken);
      assertThat(Files.readAllBytes(broken.resolve("trained.safetensors")))
          .isEqualTo(Files.readAllBytes(straight.resolve("trained.safetensors")));
      List<StepReport> log = RunFolder.readLog(straight);
      assertThat(log.get(0).contrast()).isPositive();
      double sum = log.get(0).retain() + 0.5 * log.get(0).contrast();
      for (Map<String, Double> term : List.of(log.get(0).align(), log.get(0).separate())) {
        sum += term.values().stream().mapToDouble(Double::doubleValue).sum();
      }
      assertThat(log.get(0).loss()).isCloseTo(sum, within(1e-4 * sum));
      assertThat(log.get(log.size() - 1).loss()).isLessThan(log.get(0).loss());
    }
  }

  /** Before training, separate is lambda^2 |delta|^2 / d and retain 0 at every layer. */
  @Test
  void lossesAtSeveralLayersAddUp() {
    int layers = tiny.model.config().layers();
    LensConfig one = config.toBuilder().topLayers(2).align(0).shuffle(false).build();
    for (AlignPivot pivot : AlignPivot.values()) {
      LensConfig two = one.toBuilder().lossLayers(2).alignPivot(pivot).build();
      double start = 0;
      for (int layer = layers - 1; layer <= layers; layer++) {
        for (String language : two.targets()) {
          for (double x : tiny.space.direction(layer, language)) {
            start += x * x / tiny.space.hiddenSize();
          }
        }
      }
      Path run = folder.resolve("two-" + pivot);
      tiny.job(two).run(run);
      List<StepReport> log = RunFolder.readLog(run);
      assertThat(log.get(0).loss()).isCloseTo(start, within(1e-4 * start));
      assertThat(log.get(log.size() - 1).loss()).isLessThan(log.get(0).loss());
      Path all = folder.resolve("all-" + pivot);
      tiny.job(two.toBuilder().align(1).coordinates(LossCoordinates.STANDARDISED).build()).run(all);
      log = RunFolder.readLog(all);
      assertThat(log.get(log.size() - 1).loss()).isLessThan(log.get(0).loss());
    }
  }

  /** 0 before the first step; with a large weight the target languages' means stay nearer. */
  @Test
  void retentionOfTheTargetsHoldsThem() {
    LensConfig free = config.toBuilder().align(0).topLayers(2).lossLayers(2).epochs(4).build();
    LensConfig held = free.toBuilder().retainTargets(50).build();
    Path run = folder.resolve("held");
    tiny.job(held).run(run);
    List<StepReport> log = RunFolder.readLog(run);
    assertThat(log.get(0).retainTargets()).isCloseTo(0, within(1e-9));
    assertThat(log.get(1).retainTargets()).isPositive();
    Path loose = folder.resolve("loose");
    tiny.job(held.toBuilder().retainTargets(1e-6).build()).run(loose);
    List<StepReport> moved = RunFolder.readLog(loose);
    int last = log.size() - 1;
    assertThat(log.get(last).retainTargets()).isLessThan(0.5 * moved.get(last).retainTargets());
    tiny.job(free).run(folder.resolve("free"));
    assertThat(RunFolder.readLog(folder.resolve("free")).get(last).retainTargets()).isZero();
  }

  @Test
  void aFolderAroundARunIsToldWhereTheRunIs() {
    Path run = folder.resolve("quick").resolve("run");
    tiny.job(config).run(run);
    String message =
        "%s is not a run folder: it holds no run.json; there is a run in %s"
            .formatted(run.getParent(), run);
    assertThatThrownBy(() -> TrainedWeights.load(run.getParent(), tiny.model)).hasMessage(message);
    assertThatThrownBy(() -> RunFolder.readConfig(run.getParent())).hasMessage(message);
    assertThatThrownBy(() -> LensResult.open(run.getParent(), tiny.model)).hasMessage(message);
  }

  @Test
  void refusesAFolderOfAnotherRun() {
    Path run = folder.resolve("run");
    tiny.job(config).run(run);
    assertThatThrownBy(() -> tiny.job(config.toBuilder().seed(12).build()).run(run))
        .isInstanceOf(LensException.class)
        .hasMessageContaining(
            "holds a run with other settings (seed " + config.seed() + ", now 12)")
        .hasMessageContaining("name a new folder");
  }

  @Test
  void refusesAFolderThatHoldsSomethingElse() throws IOException {
    Path run = Files.createDirectories(folder.resolve("thesis"));
    Files.writeString(run.resolve("chapter1.txt"), "do not lose me");
    assertThatThrownBy(() -> tiny.job(config).run(run))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("is not empty and holds no run");
    assertThat(run.resolve("chapter1.txt")).hasContent("do not lose me");
    try (var files = Files.list(run)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void refusesASpaceWithoutItsLanguagesBeforeAnythingIsWritten() {
    Path run = folder.resolve("run");
    LensConfig other = TinyJob.config().languages(List.of("en", "zz")).build();
    assertThatThrownBy(() -> tiny.job(other).run(run))
        .isInstanceOf(LensException.class)
        .hasMessageContaining("zz");
    assertThat(run).doesNotExist();
  }

  @Test
  void refusesMoreLayersThanThereAreBeforeAnythingIsWritten() {
    Path run = folder.resolve("run");
    int layers = tiny.model.config().layers();
    LensConfig tall = config.toBuilder().topLayers(99).build();
    String message =
        "option topLayers: found 99, expected 1 to %d, the model's layers".formatted(layers);
    assertThatThrownBy(() -> tiny.job(tall).run(run)).hasMessage(message);
    assertThatThrownBy(
            () -> Lens.of(tiny.model).config(tall).trainOn(tiny.corpus).space(tiny.space).fit(run))
        .hasMessage(message);
    assertThat(run).doesNotExist();
  }

  @Test
  void refusesAFolderInUse() {
    Path run = folder.resolve("run");
    try (RunFolder held = RunFolder.take(run, Map.of("model", "m"), config.toJson())) {
      assertThat(held.root()).isEqualTo(run);
      assertThatThrownBy(() -> tiny.job(config).run(run))
          .isInstanceOf(LensException.class)
          .hasMessageContaining("in use by another run");
    }
  }

  @Test
  void stopsBeforeAGoodCheckpointIsOverwrittenByNonsense() throws IOException {
    Path run = folder.resolve("run");
    // The first step's rate is 0, so that its checkpoint is good; the second overflows.
    LensConfig wild = config.toBuilder().learningRate(1e30).warmupRatio(0.1).build();
    assertThatThrownBy(() -> tiny.job(wild).run(run))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("step 2")
        .hasMessageContaining("lower the learning rate");
    assertThat(run.resolve("checkpoint.safetensors")).exists();
    assertThat(run.resolve("trained.safetensors")).doesNotExist();
    assertThat(RunFolder.readLog(run)).hasSizeBetween(1, 2);
  }

  @Test
  void stopsWhenTheThreadIsInterrupted() {
    Path run = folder.resolve("run");
    TrainingListener interrupting =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> tiny.job(config).setListeners(List.of(interrupting)).run(run))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("interrupted after step 1");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void everyTermCanBeOffAndTrainsSomethingElse() throws IOException {
    byte[] all = trained(config, "all");
    assertThat(trained(config.toBuilder().align(0).build(), "no-align")).isNotEqualTo(all);
    assertThat(trained(config.toBuilder().separate(0).build(), "no-separate")).isNotEqualTo(all);
    assertThat(trained(config.toBuilder().retain(0).build(), "no-retain")).isNotEqualTo(all);
    LensConfig onlyRetain = config.toBuilder().align(0).separate(0).weightDecay(0).build();
    tiny.job(onlyRetain).run(folder.resolve("only-retain"));
    assertThat(RunFolder.readLog(folder.resolve("only-retain")).get(0).loss()).isLessThan(1e-9);
  }

  private byte[] trained(LensConfig settings, String name) throws IOException {
    tiny.job(settings).run(folder.resolve(name));
    return Files.readAllBytes(folder.resolve(name).resolve("trained.safetensors"));
  }

  /** Breaks a run off in the middle of a step, as a crash would. */
  private static final class StopAfter implements TrainingListener {
    static final class Stop extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    private int left;

    StopAfter(int micros) {
      left = micros;
    }

    @Override
    public void onMicroBatch(MicroReport report) {
      if (left-- == 0) {
        throw new Stop();
      }
    }
  }
}
