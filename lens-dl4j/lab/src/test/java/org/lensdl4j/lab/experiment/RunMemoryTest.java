package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.search.LensSearch;
import org.lensdl4j.lab.search.SearchConfig;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TinyJob;

/** A search on two cores took all of 24 GB because micro-batches were left out of account. */
class RunMemoryTest {
  @TempDir Path folder;

  @Test
  void countsTheMicroBatch() throws Exception {
    try (TinyJob tiny = new TinyJob(folder, 12)) {
      TrialsBuilder trials = TinyTrials.of(tiny, folder.resolve("cache"));
      LensConfig one = LensConfig.builder().languages("en", "xx", "yy").topLayers(1).build();
      long small = trials.bytes(one);

      assertThat(trials.bytes(one.toBuilder().batchSize(4).build()) - small)
          .isGreaterThan(2 * RunMemory.microBatch(tiny.model, tiny.corpus, 1, 1, 128));
      assertThat(RunMemory.microBatch(tiny.model, tiny.corpus, 2, 4, 128))
          .isEqualTo(2 * RunMemory.microBatch(tiny.model, tiny.corpus, 1, 4, 128));
      // No more than the longest prompt counts, and no more texts than there are.
      assertThat(RunMemory.microBatch(tiny.model, tiny.corpus, 1, 4, 3))
          .isLessThan(RunMemory.microBatch(tiny.model, tiny.corpus, 1, 4, 128));
      assertThat(RunMemory.microBatch(tiny.model, tiny.corpus, 1, 1000, 128))
          .isEqualTo(RunMemory.microBatch(tiny.model, tiny.corpus, 1, 2000, 128));
      assertThat(trials.bytes(one.toBuilder().topLayers(2).build())).isGreaterThan(small);
    }
  }

  @Test
  void aSearchRunsOneAtATimeWhereTwoDoNotFit() {
    SearchConfig config =
        SearchConfig.fromYaml(
            "base: {trainMaxTokens: 64}\nspace:\n  topLayers: [1, 6, 2]\n  batchSize: [1, 8]\n");

    LensConfig largest = config.largest(List.of("en", "zh"));
    assertThat(largest.topLayers()).isEqualTo(6);
    assertThat(largest.batchSize()).isEqualTo(8);
    assertThat(largest.trainMaxTokens()).isEqualTo(64);
    assertThat(LensSearch.parallel(config, Long.MAX_VALUE / 4)).isEqualTo(1);
    assertThat(LensSearch.parallel(config, 1))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }
}
