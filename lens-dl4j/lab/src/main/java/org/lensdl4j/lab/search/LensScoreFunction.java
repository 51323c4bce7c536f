package org.lensdl4j.lab.search;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.lensdl4j.lab.experiment.TrialResult;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;

/**
 * A {@link CandidateScore} as Arbiter's score function, maximised. {@link LensTaskCreator} hands
 * scores to Arbiter while the trained layers are there; this is for what asks Arbiter's
 * configuration, when they are gone.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class LensScoreFunction implements ScoreFunction {
  private static final long serialVersionUID = 1L;

  private final transient CandidateScore score;

  /** Scores as {@link GainScore#standard}. */
  public LensScoreFunction() {
    this(GainScore.standard());
  }

  /** Scores trial results. */
  public LensScoreFunction(CandidateScore score) {
    this.score = score;
  }

  /** What it scores by. */
  public CandidateScore score() {
    return score;
  }

  private double of(Object model) {
    return score.score((TrialResult) model, null).score();
  }

  @Override
  public double score(Object model, DataProvider data, Map<String, Object> parameters) {
    return of(model);
  }

  @Override
  public double score(Object model, Class<? extends DataSource> data, Properties properties) {
    return of(model);
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of(TrialResult.class);
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return List.of();
  }
}
