package org.lensdl4j.lens.loss;

import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.ISchedule;

/** What a term is multiplied by: a number, a schedule, or a scalar of the graph. */
final class TermWeight {
  private final double constant;
  private final ISchedule schedule;
  private final SDVariable variable;

  private TermWeight(double constant, ISchedule schedule, SDVariable variable) {
    this.constant = constant;
    this.schedule = schedule;
    this.variable = variable;
  }

  static TermWeight of(String term, double weight) {
    return new TermWeight(checked(term, weight), null, null);
  }

  static TermWeight of(ISchedule schedule) {
    return new TermWeight(Double.NaN, schedule.clone(), null);
  }

  static TermWeight of(SDVariable scalar) {
    return new TermWeight(Double.NaN, null, scalar);
  }

  static double checked(String term, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "weight of %s is %s, expected 0 or a positive number", term, weight));
    }
    return weight;
  }

  boolean isOff() {
    return constant == 0;
  }

  boolean isOne() {
    return constant == 1;
  }

  /** Refuses a scalar of another graph. */
  void requireGraph(SameDiff sd, String term) {
    if (variable != null) {
      AttachChecks.requireGraph(sd, "weight of " + term, variable);
    }
  }

  /**
   * @param name of the constant that a schedule writes to
   * @param scheduled gets it
   */
  SDVariable times(SameDiff sd, SDVariable term, String name, Map<String, ISchedule> scheduled) {
    if (variable != null) {
      // Data sets have no scalars: a [1] or [1, 1] must not change the shape of the loss.
      SDVariable scalar = sd.reshape(variable, new long[0]);
      return term.mul(
          scalar.dataType() == term.dataType() ? scalar : scalar.castTo(term.dataType()));
    }
    if (schedule == null) {
      return term.mul(constant);
    }
    double first = checked(name, schedule.valueAt(0, 0));
    scheduled.put(name, schedule);
    return term.mul(sd.constant(name, Nd4j.scalar(term.dataType(), first)));
  }
}
