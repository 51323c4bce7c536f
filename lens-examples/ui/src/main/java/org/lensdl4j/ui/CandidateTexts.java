package org.lensdl4j.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.lensdl4j.lab.experiment.TrialResult;
import org.lensdl4j.lab.search.CandidateScore;
import org.lensdl4j.lab.search.LensScoreFunction;
import org.lensdl4j.lens.train.StepReport;

/** A candidate in the page's words. */
final class CandidateTexts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CandidateTexts() {}

  /**
   * A candidate.
   *
   * @param created when, in milliseconds since 1970
   * @param result may be null
   */
  static ShownCandidate of(
      CandidateInfo info, long created, IOptimizationRunner runner, OptimizationResult result) {
    boolean complete = info.getCandidateStatus() == CandidateStatus.Complete;
    Map<String, String> parameters = parameters(info, runner);
    if (complete && result != null && result.getModelSpecificResults() instanceof TrialResult r) {
      return measured(info, created, parameters, r, scored(info, runner, r));
    }
    boolean done = complete || info.getEndTime() != null;
    return new ShownCandidate(
        info.getIndex(),
        info.getCandidateStatus(),
        false,
        info.getScore(),
        created,
        done ? ended(info) : 0,
        parameters,
        List.of(),
        List.of(),
        "",
        info.getExceptionStackTrace());
  }

  private static ShownCandidate measured(
      CandidateInfo info,
      long created,
      Map<String, String> parameters,
      TrialResult result,
      CandidateScore.Scored scored) {
    boolean over = scored != null && !scored.withinBudget();
    return new ShownCandidate(
        info.getIndex(),
        info.getCandidateStatus(),
        over,
        over ? null : info.getScore(),
        created,
        ended(info),
        parameters,
        measures(result),
        result.steps().stream().map(StepReport::loss).toList(),
        details(result, scored),
        null);
  }

  private static long ended(CandidateInfo info) {
    return info.getEndTime() == null ? System.currentTimeMillis() : info.getEndTime();
  }

  private static Map<String, String> parameters(CandidateInfo info, IOptimizationRunner runner) {
    Map<String, String> out = new LinkedHashMap<>();
    if (info.getFlatParams() != null) {
      SearchTexts.spaces(runner.getConfiguration())
          .forEach(
              (name, space) ->
                  out.put(name, SearchTexts.value(space.getValue(info.getFlatParams()))));
    }
    return out;
  }

  /** What the score consists of, or null if another function gave it. */
  private static CandidateScore.Scored scored(
      CandidateInfo info, IOptimizationRunner runner, TrialResult result) {
    ScoreFunction function = runner.getConfiguration().getScoreFunction();
    if (function instanceof LensScoreFunction lens) {
      return lens.score()
          .gain()
          .map(gain -> gain.score(result))
          .filter(scored -> info.getScore() != null && info.getScore() == scored.score())
          .orElse(null);
    }
    return null;
  }

  private static List<List<String>> measures(TrialResult result) {
    List<List<String>> out = new ArrayList<>();
    result
        .pooled()
        .forEach(
            (measure, e) ->
                out.add(
                    List.of(
                        measure.label(),
                        figure("%.4f", e.before().value()),
                        figure("%.4f", e.after().value()),
                        String.format(
                            Locale.ROOT,
                            "%s [%s, %s]",
                            figure("%+.4f", e.difference().value()),
                            figure("%+.4f", e.difference().low()),
                            figure("%+.4f", e.difference().high())))));
    return out;
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String details(TrialResult result, CandidateScore.Scored scored) {
    ObjectNode out = JSON.createObjectNode();
    if (scored != null) {
      out.put("gain", scored.gain());
      out.put("retention", scored.retention());
      out.put("within_budget", scored.withinBudget());
    }
    out.put("seconds", result.seconds());
    try {
      out.set("config", JSON.readTree(result.config().toJson()));
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(out);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
