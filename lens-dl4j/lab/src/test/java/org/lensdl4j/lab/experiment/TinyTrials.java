package org.lensdl4j.lab.experiment;

import java.nio.file.Path;
import org.lensdl4j.lens.train.TinyJob;

/** Trials of a {@link TinyJob}. */
public final class TinyTrials {
  private TinyTrials() {}

  /** All texts for everything. */
  public static TrialsBuilder of(TinyJob tiny, Path cache) {
    return Trials.of(tiny.model)
        .central("en")
        .targets("xx", "yy")
        .probeOn(tiny.corpus.corpus())
        .trainOn(tiny.corpus)
        .developOn(tiny.corpus)
        .cache(cache);
  }
}
