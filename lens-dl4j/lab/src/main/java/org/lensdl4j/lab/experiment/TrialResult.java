package org.lensdl4j.lab.experiment;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lensdl4j.lab.measure.Change;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.model.base.LensException;

/**
 * The result of one configuration: every measure before and after, per language, pooled and item by
 * item. Holds no native memory; {@link Trials#train} yields the trained layers, bit for bit the
 * same.
 */
public final class TrialResult {
  /** Measured on the texts that decisions are made on. */
  public static final String DEVELOPMENT = "development";

  /** Measured on texts that no decision was made on. */
  public static final String HELD_OUT = "held-out";

  private final LensConfig config;
  private final String split;
  private final List<ItemValues> values;
  private final List<StepReport> steps;
  private final double trainSeconds;
  private final double measureSeconds;
  private final Comparison comparison;
  private final Map<Measure, PairedBootstrap.Estimate> pooled = new EnumMap<>(Measure.class);

  TrialResult(
      LensConfig config,
      String split,
      List<ItemValues> values,
      List<StepReport> steps,
      double trainSeconds,
      double measureSeconds) {
    this.config = config;
    this.split = split;
    this.values = List.copyOf(values);
    this.steps = List.copyOf(steps);
    this.trainSeconds = trainSeconds;
    this.measureSeconds = measureSeconds;
    comparison = Comparison.of(config.central(), values, config.seed());
    for (Measure measure : Measure.values()) {
      List<PairedBootstrap.Group> groups =
          values.stream()
              .filter(v -> v.measure() == measure && config.targets().contains(v.language()))
              .map(ItemValues::group)
              .toList();
      if (!groups.isEmpty()) {
        pooled.put(measure, PairedBootstrap.of(groups, config.seed()));
      }
    }
  }

  /** The configuration. */
  public LensConfig config() {
    return config;
  }

  /** {@link #DEVELOPMENT} or {@link #HELD_OUT}. */
  public String split() {
    return split;
  }

  /** Every measure of every language, with paired intervals. */
  public Comparison comparison() {
    return comparison;
  }

  /**
   * One measure of one language, the central one included.
   *
   * @throws LensException if it was not measured
   */
  public Change change(Measure measure, String language) {
    return comparison.get(measure, language);
  }

  /**
   * The mean over the trained target languages, each counting the same, with the interval of a
   * bootstrap that draws an item in all languages together.
   *
   * @throws LensException if it was not measured
   */
  public PairedBootstrap.Estimate pooled(Measure measure) {
    PairedBootstrap.Estimate found = pooled.get(measure);
    if (found == null) {
      throw new LensException(
          String.format(Locale.ROOT, "%s of the targets was not measured", measure));
    }
    return found;
  }

  /** All pooled measures. */
  public Map<Measure, PairedBootstrap.Estimate> pooled() {
    return new EnumMap<>(pooled);
  }

  /** Relative change of the mean states of the central language's texts, at least 0. */
  public double drift() {
    return change(Measure.DRIFT, config.central()).after();
  }

  /** Item by item: all measures of all languages. */
  public List<ItemValues> values() {
    return values;
  }

  /**
   * Item by item: one measure of one language.
   *
   * @throws LensException if it was not measured
   */
  public ItemValues values(Measure measure, String language) {
    return values.stream()
        .filter(v -> v.measure() == measure && v.language().equals(language))
        .findFirst()
        .orElseThrow(
            () ->
                new LensException(
                    String.format(Locale.ROOT, "%s of %s was not measured", measure, language)));
  }

  /** Number of items of each language. */
  public int items() {
    return comparison.items();
  }

  /** The optimiser steps in order; empty if trained layers were measured only. */
  public List<StepReport> steps() {
    return steps;
  }

  /** Wall time of training and measuring, without what is shared between trials. */
  public double seconds() {
    return trainSeconds + measureSeconds;
  }

  /** Wall time of training. */
  public double trainSeconds() {
    return trainSeconds;
  }

  /** Wall time of measuring. */
  public double measureSeconds() {
    return measureSeconds;
  }

  /** A table for people: pooled figures, then every language's. */
  public String stats() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%d steps in %.1f s, measured on %d %s texts per language in %.1f s%n",
            steps.size(),
            trainSeconds,
            items(),
            split,
            measureSeconds));
    out.append(String.format(Locale.ROOT, "mean of %s%n", String.join(", ", config.targets())));
    pooled.forEach(
        (measure, e) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "  %-24s %10.4f %10.4f %+10.4f   [%+.4f, %+.4f]%s%n",
                    measure.label(),
                    e.before().value(),
                    e.after().value(),
                    e.difference().value(),
                    e.difference().low(),
                    e.difference().high(),
                    e.difference().excludesZero() ? " *" : "")));
    return out + comparison.stats();
  }

  /** Everything as JSON, items included; {@link #fromJson} reads it. */
  public String toJson() {
    return TrialJson.write(this);
  }

  /**
   * Reads the JSON form.
   *
   * @throws LensException naming the field if it is not of that form
   */
  public static TrialResult fromJson(String json) {
    return TrialJson.read(json);
  }
}
