package org.lensdl4j.lens.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lensdl4j.lens.LensException;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.measure.Change;
import org.lensdl4j.lens.measure.Interval;
import org.lensdl4j.lens.measure.Measure;
import org.lensdl4j.lens.train.TrainingException;

/**
 * Retention as a constraint: finds the weight with which training changes the central language by
 * no more than a budget, on development texts.
 *
 * <pre>{@code
 * RetentionResult found = RetentionBudget.of(0.01).search(trials, config);
 * System.out.println(found.stats());
 * LensConfig weights = found.chosen().config(); // or an error that no weight meets the budget
 * }</pre>
 *
 * <p>The configuration is tried as it is; while the upper end of the drift's 95 % interval lies
 * above the budget, the weight of {@code retain} grows by a factor, four by default, until {@link
 * #most} tries were made. The search stops at the first that meets the budget; {@link #refine} then
 * looks between it and the one before it, by halves of the factor, for a smaller weight.
 *
 * <p>A larger weight cannot undo all drift: {@code retain} has no gradient before the first step,
 * and Adam's steps have the length of the learning rate whatever the loss is. When no weight meets
 * the budget, a smaller learning rate may.
 */
public final class RetentionBudget {
  /** What counts as drift of the central language. */
  public enum Drift {
    /**
     * Relative change of its texts' mean states, the default: what {@code retain} holds, nearly the
     * same for every text, and it shows when answers change that bits per byte of plain text do not
     * show.
     */
    STATES,
    /**
     * Relative increase of bits per byte: what a reader of the model's output would pay. For models
     * with a few huge coordinates, which alone make up the change of states.
     */
    BITS_PER_BYTE
  }

  private final double budget;
  private Drift drift = Drift.STATES;
  private double factor = 4;
  private int most = 6;
  private int refinements;
  private Consumer<RetentionTry> listener = t -> {};

  private RetentionBudget(double budget) {
    this.budget = budget;
  }

  /**
   * A search.
   *
   * @param budget largest relative drift, such as 0.01; positive
   */
  public static RetentionBudget of(double budget) {
    if (!(budget > 0) || Double.isInfinite(budget)) {
      throw new LensException(
          "retention budget: found %s, expected a positive number such as 0.01".formatted(budget));
    }
    return new RetentionBudget(budget);
  }

  /** What counts as drift; {@link Drift#STATES} by default. */
  public RetentionBudget drift(Drift value) {
    drift = value;
    return this;
  }

  /** What the weight is multiplied by from try to try; 4 by default. */
  public RetentionBudget factor(double value) {
    if (!(value > 1) || Double.isInfinite(value)) {
      throw new LensException("factor: found %s, expected more than 1".formatted(value));
    }
    factor = value;
    return this;
  }

  /** Tries at most before it gives up; 6 by default. */
  public RetentionBudget most(int tries) {
    if (tries < 1) {
      throw new LensException("tries: found %d, expected at least 1".formatted(tries));
    }
    most = tries;
    return this;
  }

  /** Tries between the last weight above the budget and the first that meets it; 0 by default. */
  public RetentionBudget refine(int tries) {
    if (tries < 0) {
      throw new LensException("refinements: found %d, expected 0 or more".formatted(tries));
    }
    refinements = tries;
    return this;
  }

  /** Who hears of each try when it is done. */
  public RetentionBudget setListener(Consumer<RetentionTry> hearing) {
    listener = hearing;
    return this;
  }

  /** Searches from a configuration's weights; each try is a training. */
  public RetentionResult search(Trials trials, LensConfig config) {
    return search(config, trials::run);
  }

  RetentionResult search(LensConfig config, Function<LensConfig, TrialResult> trial) {
    List<RetentionTry> tries = new ArrayList<>();
    // A weight of 0 has no multiples; 1 is the default.
    double weight = config.retain();
    double next = weight == 0 ? 1 : factor * weight;
    double above = Double.NaN;
    RetentionTry met = null;
    while (met == null && tries.size() < most) {
      RetentionTry done = attempt(config, weight, trial, tries);
      if (done.meets(budget)) {
        met = done;
      } else {
        above = weight;
        weight = next;
        next *= factor;
      }
    }
    // Between 0 and a weight there is no geometric mean: nothing to refine.
    for (int i = 0; i < refinements && met != null && above > 0; i++) {
      double between = Math.sqrt(above * met.config().retain());
      RetentionTry done = attempt(config, between, trial, tries);
      if (done.meets(budget)) {
        met = done;
      } else {
        above = between;
      }
    }
    return new RetentionResult(budget, drift, tries, met);
  }

  private RetentionTry attempt(
      LensConfig config,
      double weight,
      Function<LensConfig, TrialResult> trial,
      List<RetentionTry> tries) {
    LensConfig weighted = config.toBuilder().retain(weight).build();
    RetentionTry done;
    try {
      TrialResult result = trial.apply(weighted);
      done = new RetentionTry(weighted, drift(result), result, "");
    } catch (TrainingException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      done = new RetentionTry(weighted, null, null, String.valueOf(e.getMessage()));
    }
    tries.add(done);
    listener.accept(done);
    return done;
  }

  private Interval drift(TrialResult result) {
    String central = result.config().central();
    if (drift == Drift.STATES) {
      Change change = result.change(Measure.DRIFT, central);
      return change.difference();
    }
    Change bits = result.change(Measure.BITS_PER_BYTE, central);
    Interval d = bits.difference();
    double before = bits.before();
    return new Interval(d.value() / before, d.low() / before, d.high() / before);
  }

  static String percent(double x) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * x);
  }
}
