package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * One scalar term that is part of a graph's loss. A weight given as a schedule follows {@code
 * sd.fit} by itself; a loop of one's own calls {@link #at} before each step.
 */
public final class WeightedTerm {
  private final SDVariable loss;
  private final SDVariable term;
  private final WeightSchedules schedules;

  private WeightedTerm(SDVariable loss, SDVariable term, WeightSchedules schedules) {
    this.loss = loss;
    this.term = term;
    this.schedules = schedules;
  }

  /** Weighs a term, names the product after it with {@code _loss}, and adds it to the losses. */
  static WeightedTerm attach(SameDiff sd, SDVariable term, TermWeight weight) {
    return attach(sd, term, weight, TermWeight.of("all", 1));
  }

  /** The same with a weight of several terms together. */
  static WeightedTerm attach(SameDiff sd, SDVariable term, TermWeight weight, TermWeight all) {
    if (weight.isOff() || all.isOff()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "the weight of %s is 0: there is nothing to train for", term.name()));
    }
    Map<String, ISchedule> scheduled = new LinkedHashMap<>();
    SDVariable loss = weight.times(sd, term, term.name() + "_weight", scheduled);
    loss = all.isOne() ? loss : all.times(sd, loss, term.name() + "_weight_of_all", scheduled);
    loss = loss.rename(term.name() + "_loss");
    Losses.mark(sd, loss);
    return new WeightedTerm(loss, term, WeightSchedules.attach(sd, scheduled));
  }

  /** The weighted term, scalar; one of the graph's losses. */
  public SDVariable loss() {
    return loss;
  }

  /** The term without its weight, scalar. */
  public SDVariable term() {
    return term;
  }

  /** Names of both. */
  public List<String> names() {
    return List.of(loss.name(), term.name());
  }

  /** Sets a weight that is a schedule to its value at a step of a loop of one's own. */
  public void at(int iteration, int epoch) {
    schedules.at(iteration, epoch);
  }
}
