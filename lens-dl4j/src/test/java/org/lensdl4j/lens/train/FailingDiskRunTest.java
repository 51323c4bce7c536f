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

  @Test
  void goesOnToTheSameBits() throws IOException {
    try (TinyJob tiny = new TinyJob(folder, 3)) {
      LensConfig config =
          TinyJob.config().epochs(1).loraRank(2).loraTargets(List.of("q_proj")).build();
      Path whole = folder.resolve("whole");
      tiny.job(config).run(whole);
      for (FailingFiles.Mode mode : FailingFiles.Mode.values()) {
        int n = 1 + mode.ordinal();
        while (failsAndGoesOn(tiny, config, mode, n, whole)) {
          n += STEP;
        }
        assertThat(n).as("changes of a run").isGreaterThan(30);
      }
    }
  }

  private boolean failsAndGoesOn(
      TinyJob tiny, LensConfig config, FailingFiles.Mode mode, int n, Path whole)
      throws IOException {
    Path run = folder.resolve(mode + "-" + n);
    FailingFiles files = new FailingFiles(mode, n);
    String where = "%s, change %d".formatted(mode, n);
    try {
      tiny.job(config).run(files.of(run));
    } catch (LensException | UncheckedIOException e) {
      assertThat(e).as(where).hasMessageContainingAll(run.toString(), "No space left on device");
    }
    if (!files.hasFailed()) {
      return false;
    }
    tiny.job(config).run(run);
    assertThat(run.resolve("trained.safetensors"))
        .as(where)
        .hasSameBinaryContentAs(whole.resolve("trained.safetensors"));
    assertThat(RunFolder.readLog(run)).as(where).isEqualTo(RunFolder.readLog(whole));
    assertThat(RunFolder.readConfig(run)).as(where).isEqualTo(config);
    assertThat(Files.exists(run.resolve("checkpoint.safetensors"))).as(where).isFalse();
    return true;
  }
}
