package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.lab.measure.Change;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.TrainingException;
import org.lensdl4j.model.base.LensException;

/**
 * Retention as a constraint: finds the weights with which training changes the central language by
 * no more than a budget, on development texts.
 *
 * <pre>{@code
 * RetentionResult found = RetentionBudget.of(0.01).then(Lever.LAMBDA).search(trials, config);
 * System.out.println(found.stats());
 * LensConfig weights = found.chosen().config(); // or an error that no weights meet the budget
 * }</pre>
 *
 * <p>The configuration is tried as it is; while the upper end of the drift's 95 % interval lies
 * above the budget, the weight of {@code retain} grows by a factor, four by default, until {@link
 * #most} tries were made. The search stops at the first that meets the budget; {@link #refine} then
 * looks between it and the one before it, by halves of the factor, for a smaller weight.
 *
 * <p>A larger weight cannot undo all drift: {@code retain} has no gradient before the first step,
 * and Adam's steps have the length of the learning rate whatever the loss is. With {@link #then}
 * the search goes on from the weight that drifted least: what the levers name is multiplied by one
 * scale. The path's end, the scale {@link #least}, is tried first. If it meets the budget, {@link
 * #bisect} tries halve the way, in factors, between the smallest scale known to be too large and
 * the largest that met it. So the result always met the budget itself; that it is the largest scale
 * which does holds as far as drift falls along the path.
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

  /** What can be scaled down when a larger {@code retain} does not suffice. */
  public enum Lever {
    /**
     * The weights of align, separate and contrast together. Adam does not see the scale of a loss,
     * so this is much like a still larger weight of everything else.
     */
    TERMS("align, separate and contrast"),
    /** How far the languages are pushed: their lambdas. */
    LAMBDA("lambda"),
    /** The learning rate; no weight, but with it drift surely falls. */
    LEARNING_RATE("the learning rate");

    private final String label;

    Lever(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private final double budget;
  private Drift drift = Drift.STATES;
  private double factor = 4;
  private int most = 6;
  private int refinements;
  private final Set<Lever> levers = new LinkedHashSet<>();
  private double least = 1.0 / 64;
  private int bisections = 4;
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
          String.format(
              Locale.ROOT,
              "retention budget: found %s, expected a positive number such as 0.01",
              budget));
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
      throw new LensException(
          String.format(Locale.ROOT, "factor: found %s, expected more than 1", value));
    }
    factor = value;
    return this;
  }

  /** Tries at most before it gives up; 6 by default. */
  public RetentionBudget most(int tries) {
    if (tries < 1) {
      throw new LensException(
          String.format(Locale.ROOT, "tries: found %d, expected at least 1", tries));
    }
    most = tries;
    return this;
  }

  /** Tries between the last weight above the budget and the first that meets it; 0 by default. */
  public RetentionBudget refine(int tries) {
    if (tries < 0) {
      throw new LensException(
          String.format(Locale.ROOT, "refinements: found %d, expected 0 or more", tries));
    }
    refinements = tries;
    return this;
  }

  /**
   * What to scale down, together, when no weight of {@code retain} meets the budget; nothing by
   * default.
   */
  public RetentionBudget then(Lever... scaled) {
    levers.clear();
    levers.addAll(List.of(scaled));
    return this;
  }

  /** The smallest scale of the levers; 1/64 by default. */
  public RetentionBudget least(double scale) {
    if (!(scale > 0 && scale < 1)) {
      throw new LensException(
          String.format(
              Locale.ROOT, "least scale: found %s, expected more than 0 and less than 1", scale));
    }
    least = scale;
    return this;
  }

  /** Tries between the smallest scale and 1; 4 by default. */
  public RetentionBudget bisect(int tries) {
    if (tries < 0) {
      throw new LensException(
          String.format(Locale.ROOT, "bisections: found %d, expected 0 or more", tries));
    }
    bisections = tries;
    return this;
  }

  /** Replaces the listeners, who hear of each try when it is done. */
  @SafeVarargs
  public final RetentionBudget setListeners(Consumer<RetentionTry>... newListeners) {
    List<Consumer<RetentionTry>> all = List.of(newListeners);
    listener = done -> all.forEach(l -> l.accept(done));
    return this;
  }

  /** Searches from a configuration's weights; each try is a training. */
  public RetentionResult search(Trials trials, LensConfig config) {
    return search(config, trials::run);
  }

  RetentionResult search(LensConfig config, Function<LensConfig, TrialResult> trial) {
    List<RetentionTry> tries = new ArrayList<>();
    RetentionPath path =
        new RetentionPath(Collections.unmodifiableSet(new LinkedHashSet<>(levers)), least);
    RetentionTry met = raise(config, trial, tries);
    if (met == null && !levers.isEmpty()) {
      met = lower(config, path, trial, tries);
    }
    return new RetentionResult(budget, drift, path, tries, met);
  }

  /** Larger and larger weights of retain. */
  private RetentionTry raise(
      LensConfig config, Function<LensConfig, TrialResult> trial, List<RetentionTry> tries) {
    // A weight of 0 has no multiples; 1 is the default.
    double weight = config.retain();
    double next = weight == 0 ? 1 : factor * weight;
    double above = Double.NaN;
    RetentionTry met = null;
    while (met == null && tries.size() < most) {
      RetentionTry done = attempt(retaining(config, weight), 1, trial, tries);
      if (done.meets(budget)) {
        met = done;
      } else {
        above = weight;
        weight = next;
        next *= factor;
      }
    }
    // Between 0 and a weight there is no geometric mean: nothing to refine.
    if (met == null || !(above > 0)) {
      return met;
    }
    return narrow(
        above,
        met,
        t -> t.config().retain(),
        at -> attempt(retaining(config, at), 1, trial, tries),
        refinements);
  }

  /** Smaller and smaller scales of the levers, from the weight of retain that drifted least. */
  private RetentionTry lower(
      LensConfig config,
      RetentionPath path,
      Function<LensConfig, TrialResult> trial,
      List<RetentionTry> tries) {
    LensConfig start =
        tries.stream()
            .filter(t -> t.drift() != null)
            .min(Comparator.comparingDouble(t -> t.drift().high()))
            .map(RetentionTry::config)
            .orElse(config);
    RetentionTry met = attempt(path.at(start, least), least, trial, tries);
    if (!met.meets(budget)) {
      return null;
    }
    return narrow(
        1,
        met,
        RetentionTry::scale,
        at -> attempt(path.at(start, at), at, trial, tries),
        bisections);
  }

  /**
   * Halves the way, in factors, between a number that is above the budget and one that meets it.
   *
   * @return the try nearest to the former that meets it
   */
  private RetentionTry narrow(
      double above,
      RetentionTry met,
      ToDoubleFunction<RetentionTry> number,
      DoubleFunction<RetentionTry> attempt,
      int times) {
    double over = above;
    RetentionTry best = met;
    for (int i = 0; i < times; i++) {
      double between = RetentionPath.between(over, number.applyAsDouble(best));
      RetentionTry done = attempt.apply(between);
      if (done.meets(budget)) {
        best = done;
      } else {
        over = between;
      }
    }
    return best;
  }

  private RetentionTry attempt(
      LensConfig weighted,
      double scale,
      Function<LensConfig, TrialResult> trial,
      List<RetentionTry> tries) {
    RetentionTry done;
    try {
      TrialResult result = trial.apply(weighted);
      done = new RetentionTry(weighted, scale, drift(result), result, "");
    } catch (TrainingException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      done = new RetentionTry(weighted, scale, null, null, String.valueOf(e.getMessage()));
    }
    tries.add(done);
    listener.accept(done);
    return done;
  }

  private static LensConfig retaining(LensConfig config, double weight) {
    return config.toBuilder().retain(weight).build();
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
