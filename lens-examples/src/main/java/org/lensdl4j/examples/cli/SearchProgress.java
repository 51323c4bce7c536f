package org.lensdl4j.examples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lensdl4j.lab.search.CandidateRecord;
import org.lensdl4j.lab.search.SearchListener;

/**
 * A line for each candidate that is done, with what the rest will take if it is like the ones
 * before.
 */
final class SearchProgress implements SearchListener {
  private static final double NANOS = 1e9;

  private final PrintWriter err;
  private final int atOnce;
  private double seconds;
  private int timed;

  SearchProgress(PrintWriter err, int atOnce) {
    this.err = err;
    this.atOnce = atOnce;
  }

  @Override
  public void onCandidate(CandidateRecord candidate, boolean again, int done, int most) {
    if (Boolean.getBoolean("lens.silent")) {
      return;
    }
    if (candidate.isComplete()) {
      seconds += candidate.seconds();
      timed++;
    }
    err.printf(
        Locale.ROOT,
        "candidate %d: %s, %s (%d%s done%s)%n",
        candidate.index(),
        outcome(candidate),
        again ? "remembered" : String.format(Locale.ROOT, "%.0f s", candidate.seconds()),
        done,
        most > 0 ? " of " + most : "",
        again || timed == 0 || most <= done ? "" : ", about " + left(most - done) + " left");
    err.flush();
  }

  private String left(int candidates) {
    double each = seconds / timed;
    // Fewer candidates than places: the last ones run side by side.
    double rounds = Math.max(1, (double) candidates / atOnce);
    return ProgressBars.seconds((long) (each * rounds * NANOS));
  }

  private static String outcome(CandidateRecord candidate) {
    if (!candidate.isComplete()) {
      return "failed: " + candidate.error();
    }
    return String.format(
        Locale.ROOT,
        "gain %+.4f, retention %+.4f%s",
        candidate.scored().gain(),
        candidate.scored().retention(),
        candidate.scored().withinBudget() ? "" : ", over budget");
  }
}
