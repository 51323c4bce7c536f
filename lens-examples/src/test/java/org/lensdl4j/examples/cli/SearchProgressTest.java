package org.lensdl4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.lensdl4j.lab.search.CandidateRecord;
import org.lensdl4j.lab.search.CandidateScore;

class SearchProgressTest {
  private final StringWriter said = new StringWriter();

  private static CandidateRecord complete(int index, boolean kept, double seconds) {
    return new CandidateRecord(
        index, null, new CandidateScore.Scored(0.01, 0.01, -0.002, kept), null, null, seconds);
  }

  @Test
  void saysWhatIsLeft() {
    SearchProgress progress = new SearchProgress(new PrintWriter(said), 2);

    progress.onCandidate(complete(0, true, 100), true, 1, 8);
    progress.onCandidate(complete(1, false, 80), false, 2, 8);
    progress.onCandidate(new CandidateRecord(2, null, null, null, "no loss", 3), false, 3, 8);
    progress.onCandidate(complete(6, true, 60), false, 7, 8);
    progress.onCandidate(complete(7, true, 60), false, 8, 8);

    assertThat(said.toString().lines())
        .containsExactly(
            "candidate 0: gain +0.0100, retention -0.0020, remembered (1 of 8 done)",
            "candidate 1: gain +0.0100, retention -0.0020, over budget, 80 s (2 of 8 done, about 4 min 30 s left)",
            "candidate 2: failed: no loss, 3 s (3 of 8 done, about 3 min 45 s left)",
            "candidate 6: gain +0.0100, retention -0.0020, 60 s (7 of 8 done, about 1 min 20 s left)",
            "candidate 7: gain +0.0100, retention -0.0020, 60 s (8 of 8 done)");
  }

  /** Where only the clock or a plateau ends a search, nobody knows. */
  @Test
  void saysNothingOfAnUnknownEnd() {
    new SearchProgress(new PrintWriter(said), 1).onCandidate(complete(0, true, 100), false, 1, 0);

    assertThat(said.toString().strip()).endsWith("100 s (1 done)");
  }
}
