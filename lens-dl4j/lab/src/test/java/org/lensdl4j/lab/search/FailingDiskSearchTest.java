package org.lensdl4j.lab.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.testing.FailingFiles;

/**
 * The folder of a search on a disk that fails at each of its changes: a healthy disk finds a search
 * that goes on, with candidates that are there or not, and never a half.
 */
class FailingDiskSearchTest {
  private static final Map<String, String> IDENTITY = Map.of("search", "a", "score", "");
  private static final LensConfig CONFIG =
      LensConfig.builder().languages(List.of("en", "sw")).central("en").minTexts(1).build();

  @TempDir Path folder;

  @Test
  void goesOnWhereItFailed() throws IOException {
    for (FailingFiles.Mode mode : FailingFiles.Mode.values()) {
      int n = 1;
      while (failsAndGoesOn(mode, n)) {
        n++;
      }
      assertThat(n).as("changes").isGreaterThan(25);
    }
  }

  private boolean failsAndGoesOn(FailingFiles.Mode mode, int n) throws IOException {
    Path out = folder.resolve(mode + "-" + n);
    String where = "%s, change %d".formatted(mode, n);
    FailingFiles files = new FailingFiles(mode, n);
    try {
      write(files.of(out), "1");
      write(files.of(out), "2");
    } catch (LensException e) {
      assertThat(e).as(where).hasMessageContainingAll(out.toString(), "No space left on device");
    }
    if (!files.hasFailed()) {
      return false;
    }
    try (SearchFolder search = SearchFolder.take(out, IDENTITY, true)) {
      for (int i = 0; i < 2; i++) {
        search.load(i).ifPresent(c -> assertThat(c).as(where).isEqualTo(failed(c.index())));
      }
      Path json = out.resolve("search.json");
      if (Files.exists(json)) {
        assertThat(Files.readString(json)).as(where).isIn("1\n", "2\n");
      }
    }
    write(out, "3");
    assertThat(out.resolve("search.json")).as(where).hasContent("3");
    try (var left = Files.list(out)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .as(where)
          .containsExactlyInAnyOrder(
              ".lock", "identity.json", "search.yaml", "search.json", "candidates");
    }
    return true;
  }

  private static void write(Path out, String result) {
    try (SearchFolder search = SearchFolder.take(out, IDENTITY, true)) {
      search.write("search.yaml", "a: 1");
      for (int i = 0; i < 2; i++) {
        if (search.load(i).isEmpty()) {
          search.save(failed(i));
        }
      }
      search.write("search.json", result);
    }
  }

  private static CandidateRecord failed(int index) {
    return new CandidateRecord(index, CONFIG, null, null, "too bold", 0);
  }
}
