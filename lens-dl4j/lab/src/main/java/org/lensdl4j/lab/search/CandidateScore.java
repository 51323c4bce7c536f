package org.lensdl4j.lab.search;

import java.util.Optional;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lens.train.TrainedWeights;

/**
 * What a search maximises. {@link GainScore} reads the measures of the trial; another one may run
 * any evaluator of the project on the trained layers.
 */
@FunctionalInterface
public interface CandidateScore {
  /**
   * Judges a candidate; several threads may ask at once.
   *
   * @param result its measures on the development texts
   * @param weights its trained layers, closed afterwards
   */
  Scored score(TrialResult result, TrainedWeights weights);

  /**
   * The interval of the gain on texts that no decision was made on.
   *
   * @return 95 %, of this score's own gain; empty if it has none
   */
  default Optional<Interval> interval(TrialResult result) {
    return Optional.empty();
  }

  /**
   * What the score is called: part of what a search is, so that one with another score does not go
   * on in its folder.
   *
   * @return the name of the class, or of the one that a lambda stands in; scores that differ in
   *     more than their class should have names that do
   */
  default String name() {
    return getClass().getName().replaceFirst("(\\$\\$Lambda|/).*", "");
  }

  /**
   * The gain and budget that the score is made of, for pages that show a search.
   *
   * @return empty for a score of another kind
   */
  default Optional<GainScore> gain() {
    return Optional.empty();
  }

  /**
   * A verdict.
   *
   * @param score what is maximised
   * @param gain what is to be had, up is good
   * @param retention what must not be lost, up is good
   * @param withinBudget whether what is lost is allowed; a candidate that is not never wins
   */
  record Scored(double score, double gain, double retention, boolean withinBudget) {
    /** Whether a candidate may win: it is within the budget and its score is a number. */
    public boolean mayWin() {
      return withinBudget && !Double.isNaN(score);
    }
  }
}
