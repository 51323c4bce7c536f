package org.lensdl4j.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.report.ReportFolders;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.FailingFiles;

/**
 * The folder of an evaluation on a disk that fails at each of its changes: a healthy disk takes it
 * again, and rows of items are all there or none.
 */
class FailingDiskEvaluationTest {
  private static final Map<String, String> IDENTITY = Map.of("model", "m", "limit", "60");

  @TempDir Path folder;

  @Test
  void goesOnWhereItFailed() throws IOException {
    Path items =
        new ReportFolders(folder).evaluation("e", "careful").resolve("items/xcopa.sw.jsonl");
    TaskResult rows = TaskResult.read(items);
    rows.write(items);
    for (FailingFiles.Mode mode : FailingFiles.Mode.values()) {
      int n = 1;
      while (failsAndGoesOn(mode, n, rows, items)) {
        n++;
      }
      assertThat(n).as("changes").isGreaterThan(20);
    }
  }

  private boolean failsAndGoesOn(FailingFiles.Mode mode, int n, TaskResult rows, Path whole)
      throws IOException {
    Path out = folder.resolve(mode + "-" + n);
    String where = "%s, change %d".formatted(mode, n);
    FailingFiles files = new FailingFiles(mode, n);
    try {
      write(files.of(out), rows);
    } catch (LensException | UncheckedIOException e) {
      assertThat(e).as(where).hasMessageContainingAll(out.toString(), "No space left on device");
    }
    if (!files.hasFailed()) {
      return false;
    }
    Path items = new EvaluationFolder(out).items("xcopa", "sw");
    if (Files.exists(items)) {
      assertThat(items).as(where).hasSameBinaryContentAs(whole);
    }
    write(out, rows);
    assertThat(items).as(where).hasSameBinaryContentAs(whole);
    assertThat(out.resolve("summary.txt")).as(where).isNotEmptyFile();
    return true;
  }

  private static void write(Path out, TaskResult rows) {
    EvaluationFolder evaluation = new EvaluationFolder(out);
    evaluation.take(IDENTITY);
    rows.write(evaluation.items("xcopa", "sw"));
    List<String> columns = List.of("before", "careful", "steer 1");
    evaluation.write(
        new EvaluationResult(
            columns,
            "en",
            Figures.of(List.of(rows), columns, "en", 42),
            Map.of(),
            List.of(),
            List.of()));
  }
}
