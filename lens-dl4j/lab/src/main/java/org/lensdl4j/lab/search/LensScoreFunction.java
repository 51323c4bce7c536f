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
 * A {@link GainScore} as Arbiter's score function, maximised. {@link LensTaskCreator} hands scores
 * of any {@link CandidateScore} to Arbiter; this is for what asks Arbiter's configuration.
 */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.NONE,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class LensScoreFunction implements ScoreFunction {
  private static final long serialVersionUID = 1L;

  private final transient GainScore gain;

  /** Scores as {@link GainScore#standard}. */
  public LensScoreFunction() {
    this(GainScore.standard());
  }

  /** Scores trial results. */
  public LensScoreFunction(GainScore gain) {
    this.gain = gain;
  }

  /** What it scores by. */
  public GainScore gain() {
    return gain;
  }

  @Override
  public double score(Object model, DataProvider data, Map<String, Object> parameters) {
    return gain.score((TrialResult) model).score();
  }

  @Override
  public double score(Object model, Class<? extends DataSource> data, Properties properties) {
    return gain.score((TrialResult) model).score();
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
