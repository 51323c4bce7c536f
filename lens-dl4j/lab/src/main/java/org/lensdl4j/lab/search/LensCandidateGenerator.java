package org.lensdl4j.lab.search;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.math3.random.JDKRandomGenerator;
import org.apache.commons.math3.random.RandomGenerator;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.SinglePointCrossover;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.parentselection.RandomTwoParentSelection;
import org.deeplearning4j.arbiter.optimize.generator.genetic.culling.LeastFitCullOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.mutation.RandomMutationOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.population.PopulationModel;
import org.deeplearning4j.arbiter.optimize.generator.genetic.selection.GeneticSelectionOperator;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Arbiter's random, grid and genetic generators with what they lack: the exact number of
 * candidates, an end of the grid, each configuration once, no candidate whose options contradict
 * each other, and a seed that decides everything, for the genetic one too, in whatever order
 * candidates finish.
 *
 * <p>In Arbiter's JSON it is written as its settings; a generator read from JSON starts from the
 * beginning. Safe for several threads.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class LensCandidateGenerator implements CandidateGenerator {
  private static final int DRAWS = 1000;

  private final ParameterSpace<LensConfig> space;
  private final GeneratorSettings settings;
  private final Set<String> tried = new HashSet<>();
  // Results that wait for those of candidates before them; a failed one has no score.
  private final Map<Integer, OptimizationResult> waiting = new TreeMap<>();
  private CandidateGenerator source;
  private Candidate<LensConfig> next;
  private String problem;
  private int given;
  private int reported;

  /** A generator at its start. */
  public LensCandidateGenerator(
      @JsonProperty("space") ParameterSpace<LensConfig> space,
      @JsonProperty("settings") GeneratorSettings settings) {
    this.space = space;
    this.settings = settings;
    source = source(settings.seed());
  }

  private CandidateGenerator source(long seed) {
    CandidateGenerator out =
        switch (settings.kind()) {
          case RANDOM -> new RandomSearchGenerator(new DrawnConfig(space), null, false);
          case GRID -> grid(seed);
          case GENETIC -> genetic(seed);
        };
    if (settings.kind() == GeneratorSettings.Kind.RANDOM) {
      out.setRngSeed(seed);
    }
    return out;
  }

  private CandidateGenerator grid(long seed) {
    try {
      return new SeededGrid(new DrawnConfig(space), settings.points(), settings.shuffled(), seed);
    } catch (IllegalStateException e) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "the grid has more than %d points: fewer parameters, values or points",
              Integer.MAX_VALUE),
          e);
    }
  }

  /** Arbiter shuffles a grid before it can be given a seed; so it is shuffled again. */
  private static final class SeededGrid extends GridSearchCandidateGenerator {
    SeededGrid(ParameterSpace<?> space, int points, boolean shuffled, long seed) {
      super(space, points, shuffled ? Mode.RandomOrder : Mode.Sequential, null, false);
      rng.setSeed(seed);
      initialize();
    }
  }

  private CandidateGenerator genetic(long seed) {
    RandomGenerator random = new JDKRandomGenerator();
    random.setSeed(seed);
    PopulationModel population =
        new PopulationModel.Builder()
            .populationSize(settings.population())
            .cullOperator(new LeastFitCullOperator())
            .build();
    GeneticSelectionOperator selection =
        new GeneticSelectionOperator.Builder()
            .randomGenerator(random)
            .mutationOperator(
                new RandomMutationOperator.Builder()
                    .mutationRate(settings.mutation())
                    .randomGenerator(random)
                    .build())
            .crossoverOperator(
                new SinglePointCrossover.Builder()
                    .randomGenerator(random)
                    .parentSelection(new RandomTwoParentSelection(random))
                    .build())
            .build();
    return new GeneticSearchCandidateGenerator.Builder(
            new DrawnConfig(space), new LensScoreFunction())
        .populationModel(population)
        .selectionOperator(selection)
        .build();
  }

  /** The space. */
  @JsonProperty("space")
  public ParameterSpace<LensConfig> space() {
    return space;
  }

  /** The settings. */
  @JsonProperty("settings")
  public GeneratorSettings settings() {
    return settings;
  }

  /** Whether a candidate can be had now: a genetic search may have to wait for results. */
  @Override
  public synchronized boolean hasMoreCandidates() {
    return next != null || (isReady() && look());
  }

  /** Whether all results are there that the next candidate is bred from. */
  private boolean isReady() {
    if (settings.kind() == GeneratorSettings.Kind.GENETIC) {
      for (int i = reported; i <= given - settings.lag(); i++) {
        if (!waiting.containsKey(i)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether there will never be another candidate. */
  public synchronized boolean isExhausted() {
    return source == null || (settings.candidates() > 0 && given >= settings.candidates());
  }

  /** Why there are no more candidates before their number was reached, or null. */
  public synchronized String problem() {
    return problem;
  }

  private boolean look() {
    // These and no others, in whatever order they finished.
    while (settings.kind() == GeneratorSettings.Kind.GENETIC
        && source != null
        && reported <= given - settings.lag()) {
      OptimizationResult result = waiting.remove(reported++);
      if (result.getScore() != null) {
        source.reportResults(result);
      }
    }
    for (int draw = 0; next == null && draw < DRAWS && !isExhausted(); draw++) {
      if (!source.hasMoreCandidates()) {
        source = null;
        return false;
      }
      Candidate<?> drawn = source.getCandidate();
      if (drawn.getException() != null) {
        problem = drawn.getException().getMessage();
        continue;
      }
      DrawnConfig.Drawn value = (DrawnConfig.Drawn) drawn.getValue();
      if (value.problem() != null) {
        problem = value.problem();
        continue;
      }
      LensConfig config = LensConfig.fromJson(value.config());
      if (tried.add(config.fingerprint())) {
        // By a supplier, or Arbiter would serialize it.
        next = new Candidate<>(() -> config, given, drawn.getFlatParameters(), null, null);
      }
    }
    if (next == null) {
      source = null;
    }
    return next != null;
  }

  @Override
  public synchronized Candidate<LensConfig> getCandidate() {
    if (!hasMoreCandidates()) {
      throw new IllegalStateException("there are no more candidates");
    }
    Candidate<LensConfig> out = next;
    next = null;
    given++;
    return out;
  }

  /**
   * Hears of a candidate, complete or failed, once: a second report of the same one is ignored, so
   * that Arbiter's runner, which tells of complete ones only and late, may tell as well.
   */
  @Override
  public synchronized void reportResults(OptimizationResult result) {
    if (result.getIndex() >= reported) {
      waiting.putIfAbsent(result.getIndex(), result);
    }
  }

  @Override
  public ParameterSpace<?> getParameterSpace() {
    return space;
  }

  /** Starts again with another seed; nothing may have been generated yet. */
  @Override
  public synchronized void setRngSeed(long seed) {
    if (given > 0 || next != null) {
      throw new IllegalStateException("candidates were generated before the seed was set");
    }
    source = source(seed);
  }

  @Override
  public Class<?> getCandidateType() {
    return LensConfig.class;
  }

  @Override
  public String toString() {
    return "Lens candidates by " + settings.kind().id() + " search";
  }
}
