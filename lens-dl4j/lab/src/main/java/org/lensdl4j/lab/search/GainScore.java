package org.lensdl4j.lab.search;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.measure.Better;
import org.lensdl4j.lab.measure.Change;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.model.base.LensException;

/**
 * Pooled gain subject to a budget on the central language.
 *
 * <p>The gain is a weighted sum over measures of the change of the mean over target languages, with
 * the sign that makes up good; shares and cosines as they are, bits per byte and gaps relative to
 * before. A candidate over budget scores {@code -100 (1 + excess)}, the excess being that of the
 * worst figure in units of its budget, so that it never beats one within but a genetic search is
 * led back.
 */
public final class GainScore implements CandidateScore {
  private static final double OVER = 100;
  private static final Set<Measure> ANSWERS =
      EnumSet.of(Measure.RIGHT_LANGUAGE, Measure.REPETITION);
  private static final Set<Measure> KEPT =
      EnumSet.of(Measure.DRIFT, Measure.BITS_PER_BYTE, Measure.RIGHT_LANGUAGE, Measure.REPETITION);

  private final Map<Measure, Double> weights;
  private final Map<Measure, Double> budget;

  /**
   * A score.
   *
   * @param weights by measure; not 0
   * @param budget by measure how much worse it may become: of the central language {@link
   *     Measure#DRIFT}, relative to before {@link Measure#BITS_PER_BYTE}, and {@link
   *     Measure#RIGHT_LANGUAGE}; of the targets {@link Measure#REPETITION}
   */
  public GainScore(Map<Measure, Double> weights, Map<Measure, Double> budget) {
    if (weights.isEmpty()) {
      throw new LensException("score.gain: found no measure, expected at least one");
    }
    weights.forEach(
        (measure, weight) -> {
          if (measure.better() == Better.NEITHER || measure == Measure.DRIFT || !(weight > 0)) {
            throw new LensException(
                String.format(
                    Locale.ROOT,
                    "score.gain.%s: found %s, expected a weight above 0 of a measure with a good side",
                    measure.id(),
                    weight));
          }
        });
    budget.forEach(
        (measure, most) -> {
          if (!KEPT.contains(measure) || !(most > 0)) {
            throw new LensException(
                String.format(
                    Locale.ROOT,
                    "score.budget.%s: found %s, expected drift, bits_per_byte, right_language or repetition with a number above 0",
                    measure.id(),
                    most));
          }
        });
    this.weights = new EnumMap<>(weights);
    this.budget = budget.isEmpty() ? Map.of() : new EnumMap<>(budget);
  }

  /** Retrieval to the central language, drift up to 5 %. */
  public static GainScore standard() {
    return new GainScore(Map.of(Measure.RETRIEVAL_TO_CENTRAL, 1.0), Map.of(Measure.DRIFT, 0.05));
  }

  /** The weights by measure. */
  public Map<Measure, Double> weights() {
    return new EnumMap<>(weights);
  }

  /** The budget by measure of the central language. */
  public Map<Measure, Double> budget() {
    return budget.isEmpty() ? Map.of() : new EnumMap<>(budget);
  }

  /** Whether it is measured of candidates: no choices, and of answers what needs no other model. */
  static boolean canMeasure(Measure measure) {
    return !measure.isOfChoices() && (!measure.isOfAnswers() || ANSWERS.contains(measure));
  }

  /** Whether questions have to be answered. */
  public boolean needsAnswers() {
    return ANSWERS.stream().anyMatch(m -> weights.containsKey(m) || budget.containsKey(m));
  }

  /** Whether bits per byte have to be measured. */
  public boolean needsBits() {
    return weights.containsKey(Measure.BITS_PER_BYTE) || budget.containsKey(Measure.BITS_PER_BYTE);
  }

  @Override
  public Optional<GainScore> gain() {
    return Optional.of(this);
  }

  @Override
  public Scored score(TrialResult result, TrainedWeights trained) {
    return score(result);
  }

  /** The same without trained layers, which are not needed. */
  public Scored score(TrialResult result) {
    double gain = 0;
    for (Map.Entry<Measure, Double> e : weights.entrySet()) {
      PairedBootstrap.Estimate pooled = result.pooled(e.getKey());
      double change = pooled.difference().value();
      gain +=
          e.getValue()
              * e.getKey().better().sign()
              * change
              / unit(e.getKey(), pooled.before().value());
    }
    double excess = 0;
    for (Map.Entry<Measure, Double> e : budget.entrySet()) {
      double loss = loss(result, e.getKey());
      // Not a number is over every budget.
      excess = loss <= e.getValue() ? excess : Math.max(excess, over(loss, e.getValue()));
    }
    double score = excess > 0 || !Double.isFinite(gain) ? -OVER * (1 + excess) : gain;
    return new Scored(score, gain, retention(result), score == gain);
  }

  private static double over(double loss, double most) {
    return Double.isFinite(loss) ? loss / most - 1 : 1e6;
  }

  private static double unit(Measure measure, double before) {
    return measure.isRelative() ? before : 1;
  }

  /**
   * The gain's interval: items are drawn with replacement, in all languages together.
   *
   * @return 95 %; each measure's own draws, so that with several measures the interval is at least
   *     as wide as the sum's
   */
  @Override
  public Optional<Interval> interval(TrialResult result) {
    double[] out = new double[2];
    for (Map.Entry<Measure, Double> e : weights.entrySet()) {
      PairedBootstrap.Estimate pooled = result.pooled(e.getKey());
      double factor =
          e.getValue() * e.getKey().better().sign() / unit(e.getKey(), pooled.before().value());
      double low = factor * pooled.difference().low();
      double high = factor * pooled.difference().high();
      out[0] += Math.min(low, high);
      out[1] += Math.max(low, high);
    }
    return Optional.of(new Interval(score(result).gain(), out[0], out[1]));
  }

  /** Minus the relative increase of the central language's bits per byte, else minus its drift. */
  static double retention(TrialResult result) {
    // Not its negative, which of 0 would be written as -0.
    return 0 - loss(result, measuresBits(result) ? Measure.BITS_PER_BYTE : Measure.DRIFT);
  }

  private static boolean measuresBits(TrialResult result) {
    List<ItemValues> values = result.values();
    String central = result.config().central();
    return values.stream()
        .anyMatch(v -> v.measure() == Measure.BITS_PER_BYTE && v.language().equals(central));
  }

  private static double loss(TrialResult result, Measure measure) {
    if (measure == Measure.DRIFT) {
      return result.drift();
    }
    if (measure == Measure.REPETITION) {
      return result.pooled(measure).difference().value();
    }
    if (measure == Measure.RIGHT_LANGUAGE) {
      return 0 - result.change(measure, result.config().central()).difference().value();
    }
    Change change = result.change(measure, result.config().central());
    return change.difference().value() / change.before();
  }
}
