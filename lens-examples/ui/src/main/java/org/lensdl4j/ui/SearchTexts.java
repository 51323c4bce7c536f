package org.lensdl4j.ui;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.lensdl4j.lab.search.GainScore;
import org.lensdl4j.lab.search.LensCandidateGenerator;
import org.lensdl4j.lab.search.LensCandidateSpace;
import org.lensdl4j.lab.search.LensScoreFunction;
import org.lensdl4j.lens.config.LensConfig;

/** A search as a whole in the page's words. */
final class SearchTexts {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_UP);

  private SearchTexts() {}

  static ShownSearch of(IOptimizationRunner runner, String state) {
    OptimizationConfiguration config = runner.getConfiguration();
    Map<String, String> space = new LinkedHashMap<>();
    spaces(config).forEach((name, of) -> space.put(name, of.toString()));
    List<String> ends = config.getTerminationConditions().stream().map(Object::toString).toList();
    return new ShownSearch(
        String.format(Locale.ROOT, "%s, %s", runner.getClass().getSimpleName(), state),
        config.getExecutionStartTime(),
        config.getScoreFunction() != null && config.getScoreFunction().minimize(),
        settings(config),
        ends,
        space);
  }

  /** What is varied, by name. */
  static Map<String, ParameterSpace<?>> spaces(OptimizationConfiguration config) {
    Map<String, ParameterSpace<?>> out = new LinkedHashMap<>();
    ParameterSpace<?> all = config.getCandidateGenerator().getParameterSpace();
    all.getNestedSpaces().forEach(out::put);
    if (out.isEmpty()) {
      out.put("value", all);
    }
    return out;
  }

  private static Map<String, String> settings(OptimizationConfiguration config) {
    Map<String, String> out = new LinkedHashMap<>();
    CandidateGenerator generator = config.getCandidateGenerator();
    out.put("Candidate Generator", name(generator));
    if (generator instanceof LensCandidateGenerator lens
        && lens.space() instanceof LensCandidateSpace space) {
      LensConfig base = LensConfig.fromJson(space.base());
      out.put("Central Language", base.central());
      out.put("Target Languages", String.join(", ", base.targets()));
    }
    if (config.getScoreFunction() != null) {
      out.put("Score Function", name(config.getScoreFunction()));
    }
    if (config.getResultSaver() != null) {
      out.put("Result Saver", config.getResultSaver().toString());
    }
    return out;
  }

  private static String name(CandidateGenerator generator) {
    if (generator instanceof LensCandidateGenerator lens) {
      return String.format(
          Locale.ROOT, "%s search, seed %d", lens.settings().kind().id(), lens.settings().seed());
    }
    return generator.getClass().getSimpleName();
  }

  private static String name(ScoreFunction function) {
    if (!(function instanceof LensScoreFunction lens)) {
      return function.toString();
    }
    return lens.score().gain().map(SearchTexts::name).orElseGet(lens.score()::name);
  }

  private static String name(GainScore gain) {
    StringJoiner out = new StringJoiner(", ");
    gain.weights()
        .forEach((m, weight) -> out.add(String.format(Locale.ROOT, "%s times %s", m.id(), weight)));
    gain.budget()
        .forEach((m, most) -> out.add(String.format(Locale.ROOT, "%s at most %s", m.id(), most)));
    return out.toString();
  }

  /** A value with as many digits as are worth reading. */
  static String value(Object value) {
    if (value instanceof Double d && Double.isFinite(d)) {
      return new BigDecimal(d).round(DIGITS).stripTrailingZeros().toString();
    }
    return String.valueOf(value);
  }
}
