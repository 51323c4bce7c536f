package org.lensdl4j.lens.loss;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The variables that {@link LensLoss} added to a graph. Those of a term that is off are null.
 *
 * <p>Weights given as schedules follow the training of {@code sd.fit} by themselves, through a
 * listener that attaching adds to the graph ({@code sd.setListeners} would drop it: use {@code
 * sd.addListeners}). A loop of one's own calls {@link #at} before each step.
 */
public final class LensTerms {
  private final SDVariable loss;
  private final SDVariable align;
  private final SDVariable separate;
  private final SDVariable retain;
  private final SDVariable alignPairs;
  private final SDVariable separatePairs;
  private final WeightedTerm retainTargets;
  private final WeightSchedules schedules;

  LensTerms(
      SDVariable loss,
      SDVariable align,
      SDVariable separate,
      SDVariable retain,
      SDVariable alignPairs,
      SDVariable separatePairs,
      WeightedTerm retainTargets,
      WeightSchedules schedules) {
    this.loss = loss;
    this.align = align;
    this.separate = separate;
    this.retain = retain;
    this.alignPairs = alignPairs;
    this.separatePairs = separatePairs;
    this.retainTargets = retainTargets;
    this.schedules = schedules;
  }

  /** The weighted sum, scalar; one of the graph's losses. */
  public SDVariable loss() {
    return loss;
  }

  /** Unweighted, summed over target languages, scalar. */
  public SDVariable align() {
    return align;
  }

  /** Unweighted, summed over target languages, scalar. */
  public SDVariable separate() {
    return separate;
  }

  /** Unweighted, scalar. */
  public SDVariable retain() {
    return retain;
  }

  /** The term that holds the target languages, a loss of its own; null unless it is on. */
  public WeightedTerm retainTargets() {
    return retainTargets;
  }

  /** Each pair's mean squared difference in the agnostic subspace, {@code [pairs]}. */
  public SDVariable alignPairs() {
    return alignPairs;
  }

  /** Each pair's mean squared distance from its displacement, {@code [pairs]}. */
  public SDVariable separatePairs() {
    return separatePairs;
  }

  /**
   * Names of the scalars: the weighted sum first, then the terms that are on, and last those of
   * {@link #retainTargets}.
   */
  public List<String> names() {
    List<String> out = new ArrayList<>();
    for (SDVariable v : new SDVariable[] {loss, align, separate, retain}) {
      if (v != null) {
        out.add(v.name());
      }
    }
    if (retainTargets != null) {
      out.addAll(retainTargets.names());
    }
    return out;
  }

  /** Sets the weights that are schedules to their values at a step of a loop of one's own. */
  public void at(int iteration, int epoch) {
    schedules.at(iteration, epoch);
    if (retainTargets != null) {
      retainTargets.at(iteration, epoch);
    }
  }
}
