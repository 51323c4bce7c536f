package org.lensdl4j.lab.search;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;

/**
 * One option that a search varies, and over what.
 *
 * @param name an option of {@link org.lensdl4j.lens.config.LensConfig}, {@code lambda} (of all
 *     target languages) or {@code lambda.zh} (of one)
 * @param kind what it is drawn from
 * @param log whether equal ratios are equally likely, in place of equal differences
 * @param low the lowest value; of {@link Kind#CHOICE} unused
 * @param high the highest value, included
 * @param values of {@link Kind#CHOICE}: numbers, strings or booleans
 * @param off whether the option is 0 in half of all draws: a term that is switched off
 */
public record Parameter(
    String name,
    Kind kind,
    boolean log,
    double low,
    double high,
    List<Object> values,
    boolean off) {

  /** What a value is drawn from. */
  public enum Kind {
    /** Numbers of a range. */
    REAL,
    /** Whole numbers of a range. */
    INTEGER,
    /** Some values. */
    CHOICE
  }

  /** Copies the values. */
  public Parameter {
    values = List.copyOf(values);
  }

  /** Numbers of a range, each equally likely. */
  public static Parameter real(String name, double low, double high) {
    return new Parameter(name, Kind.REAL, false, low, high, List.of(), false);
  }

  /** Numbers of a range above 0, each order of magnitude equally likely. */
  public static Parameter log(String name, double low, double high) {
    return new Parameter(name, Kind.REAL, true, low, high, List.of(), false);
  }

  /** Whole numbers of a range, both ends included. */
  public static Parameter integer(String name, int low, int high) {
    return new Parameter(name, Kind.INTEGER, false, low, high, List.of(), false);
  }

  /** Some values: numbers, strings or booleans. */
  public static Parameter choice(String name, Object... values) {
    return new Parameter(name, Kind.CHOICE, false, 0, 0, List.of(values), false);
  }

  /** The same, and 0 in half of all draws. */
  public Parameter orOff() {
    return new Parameter(name, kind, log, low, high, values, true);
  }

  /** Arbiter's space of it. */
  public ParameterSpace<?> toSpace() {
    ParameterSpace<?> space =
        switch (kind) {
          case REAL ->
              log
                  ? new ContinuousParameterSpace(new LogUniformDistribution(low, high))
                  : new ContinuousParameterSpace(low, high);
          case INTEGER -> new IntegerParameterSpace((int) low, (int) high);
          case CHOICE -> new DiscreteParameterSpace<>(values);
        };
    return off ? new OrOffSpace(space) : space;
  }

  /** Values that a configuration must allow: the ends of a range, or all. */
  List<Object> probes() {
    List<Object> out = new ArrayList<>(values);
    if (kind == Kind.REAL) {
      out.addAll(List.of(low, high));
    } else if (kind == Kind.INTEGER) {
      out.addAll(List.of((int) low, (int) high));
    }
    if (off) {
      out.add(0);
    }
    return out;
  }
}
