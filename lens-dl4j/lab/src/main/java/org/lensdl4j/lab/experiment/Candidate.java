package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.PairedBootstrap;
import org.lensdl4j.lab.measure.PairedBootstrap.Estimate;
import org.lensdl4j.lab.measure.PairedBootstrap.Group;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.lens.train.StepReport;
import org.lensdl4j.lens.train.TrainedWeights;
import org.lensdl4j.lens.train.TrainingListener;

/**
 * A configuration, trained and measured.
 *
 * @param name in tables and pictures
 * @param config that was trained
 * @param result measured in the space of the configuration that all are compared in, so that
 *     figures of different candidates are of the same subspaces and languages
 * @param steps of the training
 */
public record Candidate(
    String name, LensConfig config, TrialResult result, List<StepReport> steps) {
  /** In place of a language: the mean over the target languages. */
  public static final String ALL = "all";

  public Candidate {
    steps = List.copyOf(steps);
  }

  /**
   * Trains and measures.
   *
   * @param reference its languages and space are measured in
   */
  static Candidate of(Trials trials, String name, LensConfig config, LensConfig reference) {
    LensConfig measured = reference.toBuilder().topLayers(config.topLayers()).build();
    List<StepReport> steps = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report);
          }
        };
    try (TrainedWeights weights = trials.train(config, listener)) {
      return new Candidate(name, config, trials.measure(measured, weights), steps);
    }
  }

  /** Languages that a measure was taken of. */
  List<String> languages(Measure measure) {
    return result.values().stream()
        .filter(v -> v.measure() == measure)
        .map(ItemValues::language)
        .toList();
  }

  /** Measures that were taken, in order. */
  List<Measure> measures() {
    return result.values().stream().map(ItemValues::measure).distinct().toList();
  }

  /** Before and after, of a language or of {@link #ALL} targets. */
  public Estimate of(Measure measure, String language) {
    return PairedBootstrap.of(
        groups(measure, language).stream().map(ItemValues::group).toList(), seed());
  }

  /** Another candidate's figures after training against this one's, paired over items. */
  public Estimate against(Candidate other, Measure measure, String language) {
    List<ItemValues> own = groups(measure, language);
    List<ItemValues> its = other.groups(measure, language);
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      Group keys = own.get(i).group();
      groups.add(
          new Group(keys.keys(), own.get(i).after(), its.get(i).after(), own.get(i).weights()));
    }
    return PairedBootstrap.of(groups, seed());
  }

  /** The mean of a loss term over the steps and the languages that were trained; 0 if it is off. */
  public double term(Term term) {
    return steps.stream().mapToDouble(term::of).average().orElse(0);
  }

  /** Relative change of the central language's states. */
  public Estimate drift() {
    return of(Measure.DRIFT, config.central());
  }

  private long seed() {
    return result.config().seed();
  }

  private List<ItemValues> groups(Measure measure, String language) {
    if (!language.equals(ALL)) {
      return List.of(result.values(measure, language));
    }
    return result.values().stream()
        .filter(v -> v.measure() == measure && !v.language().equals(config.central()))
        .toList();
  }
}
