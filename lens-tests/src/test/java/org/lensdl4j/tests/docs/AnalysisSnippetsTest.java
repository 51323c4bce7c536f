package org.lensdl4j.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lensdl4j.lab.experiment.Candidate;
import org.lensdl4j.lab.experiment.StateAnalyses;
import org.lensdl4j.lab.experiment.TermAblation;
import org.lensdl4j.lab.experiment.Trials;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.Lens;
import org.lensdl4j.lens.corpus.ParallelCorpus;
import org.lensdl4j.model.TransformerModel;
import org.lensdl4j.model.base.Progress;
import org.lensdl4j.model.fixtures.TinyModels;

class AnalysisSnippetsTest {
  @TempDir Path folder;

  @Test
  void library() throws IOException {
    ParallelCorpus all = SnippetTexts.parallel(folder);
    ParallelCorpus fit = all.part(0, 11);
    ParallelCorpus heldOut = all.part(11, 14);
    Path run = folder.resolve("run");
    Path cache = folder.resolve("cache");
    Path out = folder.resolve("out");
    try (TransformerModel model =
        TransformerModel.open(TinyModels.write(TinyModels.GROUPED, folder))) {
      Lens.of(model).targets("zh", "sw").probeOn(fit.corpus()).trainOn(fit).fit(run);
      Interval gap;
      // snippet library
      StateAnalyses states = StateAnalyses.of(model).texts(heldOut).run(run);
      states.pca().analysis().write(out);
      try (Trials trials =
          Trials.of(model)
              .central("en")
              .targets("zh", "sw")
              .probeOn(fit.corpus())
              .trainOn(fit)
              .developOn(heldOut)
              .cache(cache)
              .build()) {
        TermAblation terms =
            TermAblation.of(trials, trials.config().learningRate(1e-4).build(), Progress.NONE);
        gap = terms.arm("without align").of(Measure.AGNOSTIC_GAP, Candidate.ALL).difference();
        terms.analysis().write(out);
      }
      // end library
      assertThat(gap.low()).isLessThanOrEqualTo(gap.high());
      assertThat(out.resolve("terms.csv")).exists();
    }
  }
}
