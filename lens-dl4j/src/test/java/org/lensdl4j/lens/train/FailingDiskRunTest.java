package org.lensdl4j.lens.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.config.RequestTarget;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.Effort;
import org.lensdl4j.model.testing.FailingFiles;

/**
 * A training run whose disk fails at any of its changes (of the run's description, the space, the
 * log, a checkpoint, the result): a healthy disk finds a run that goes on to the same bits.
 *
 * <p>{@code -Dlens.nightly=true} tries every change.
 */
class FailingDiskRunTest {
  private static final int STEP = Effort.of(3, 1);

  @TempDir Path folder;

  /** Trains into a folder. */
  private interface Job {
    void run(Path run);
  }

  @Test
  void goesOnToTheSameBits() throws IOException {
    try (TinyJob tiny = new TinyJob(folder, 3)) {
      LensConfig config =
          TinyJob.config().epochs(1).loraRank(2).loraTargets(List.of("q_proj")).build();
      failEverywhere(tiny.job(config)::run, 30);
      assertThat(RunFolder.readConfig(folder.resolve("whole"))).isEqualTo(config);
    }
  }

  @Test
  void requestsToo() throws IOException {
    try (TinyJob tiny = new TinyJob(folder, 3)) {
      List<LanguageRequest> requests =
          List.of(
              new LanguageRequest("a", "xx", "abc in xx", "fghij", false),
              new LanguageRequest("b", "yy", "abc in yy", "klmno", false),
              new LanguageRequest("c", "en", "abc", "dead", false));
      LensConfig config =
          TinyJob.config().epochs(1).target(RequestTarget.STATES).batchSize(2).build();
      failEverywhere(
          run ->
              new RequestTraining(
                      tiny.model, tiny.space, config, RequestCorpus.of(requests), tiny.cache())
                  .run(run),
          30);
    }
  }

  @Test
  void instructionsToo() throws IOException {
    try (TinyJob tiny = new TinyJob(folder, 3)) {
      InstructionCorpus data =
          InstructionCorpus.of(
              List.of(new Instruction("a", "abc", "fghij"), new Instruction("b", "de", "klm")));
      TuningConfig config = TuningConfig.builder().topLayers(1).batchSize(1).build();
      failEverywhere(
          run ->
              InstructionTuning.of(tiny.model)
                  .data(data)
                  .config(config)
                  .cache(tiny.cache())
                  .fit(run),
          20);
    }
  }

  /**
   * @param changes that a run makes at least
   */
  private void failEverywhere(Job job, int changes) throws IOException {
    Path whole = folder.resolve("whole");
    job.run(whole);
    for (FailingFiles.Mode mode : FailingFiles.Mode.values()) {
      int n = 1 + mode.ordinal();
      while (failsAndGoesOn(job, mode, n, whole)) {
        n += STEP;
      }
      assertThat(n).as("changes of a run").isGreaterThan(changes);
    }
  }

  private boolean failsAndGoesOn(Job job, FailingFiles.Mode mode, int n, Path whole)
      throws IOException {
    Path run = folder.resolve(mode + "-" + n);
    FailingFiles files = new FailingFiles(mode, n);
    String where = "%s, change %d".formatted(mode, n);
    try {
      job.run(files.of(run));
    } catch (LensException | UncheckedIOException e) {
      assertThat(e).as(where).hasMessageContainingAll(run.toString(), "No space left on device");
    }
    if (!files.hasFailed()) {
      return false;
    }
    job.run(run);
    assertThat(run.resolve("trained.safetensors"))
        .as(where)
        .hasSameBinaryContentAs(whole.resolve("trained.safetensors"));
    assertThat(described(run)).as(where).isEqualTo(described(whole));
    assertThat(log(run)).as(where).isEqualTo(log(whole));
    assertThat(Files.exists(run.resolve("checkpoint.safetensors"))).as(where).isFalse();
    return true;
  }

  /** Without the seconds that steps took. */
  private static List<String> log(Path run) throws IOException {
    return Files.readAllLines(run.resolve("log.jsonl")).stream()
        .map(l -> l.replaceAll("\"\\w*[sS]econds\":[^,}]+", ""))
        .toList();
  }

  /** Without what depends on the time of day and on how long it took. */
  private static String described(Path run) throws IOException {
    return Files.readString(run.resolve("run.json"))
        .replaceAll("\"(\\w*[sS]econds|peakBytes|time|\\w+ed)\" *: *[^,}]+", "");
  }
}
