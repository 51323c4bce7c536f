package org.lensdl4j.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lensdl4j.lab.evaluate.Figures;
import org.lensdl4j.lab.evaluate.ItemRow;
import org.lensdl4j.lab.evaluate.TaskResult;
import org.lensdl4j.lab.measure.Better;
import org.lensdl4j.lab.measure.Comparison;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.ItemValues;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.Verdict;
import org.lensdl4j.lab.report.Report;
import org.lensdl4j.lab.search.GainScore;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;

/**
 * Every measure rises in every item by the same: searches, evaluations, analyses and reports must
 * agree on what that means.
 */
class OneDirectionTest {
  private static final int ITEMS = 30;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Measure.class)
  void searchEvaluationAnalysesAndReportAgree(Measure measure) throws Exception {
    Verdict expected = Verdict.of(measure.better(), 1);
    assertThat(evaluation(measure)).as("evaluation").isEqualTo(expected);
    assertThat(olderEvaluation(measure)).as("evaluation of before").isEqualTo(expected);
    assertThat(Files.readString(report(measure)))
        .as("report")
        .contains("class=\"v " + expected.id() + "\"");
    assertThat(CandidateRows.axis(measure))
        .as("analyses")
        .isEqualTo(
            "after - before"
                + switch (expected) {
                  case BETTER -> ", more is better";
                  case WORSE -> ", less is better";
                  default -> "";
                });
    search(measure, expected);
  }

  private static Verdict evaluation(Measure measure) {
    return verdict(result(Metric.of(measure, 0)));
  }

  /** A file that was written when no way of this figure was good. */
  private Verdict olderEvaluation(Measure measure) throws Exception {
    Metric known = Metric.of(measure, 0);
    Metric then =
        new Metric(known.measure(), 0, known.about(), Better.NEITHER, known.chance(), false);
    Path file = folder.resolve("states.xx.jsonl");
    result(then).write(file);
    return verdict(TaskResult.read(file));
  }

  private static Verdict verdict(TaskResult result) {
    List<Figure> figures = Figures.of(List.of(result), List.of("before", "run"), "en", 42);
    return figures.get(1).change().verdict();
  }

  private static TaskResult result(Metric metric) {
    List<ItemRow> rows = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      ItemRow row = ItemRow.of("item" + i);
      row.column("before").metrics().put(metric.name(), i / 100.0);
      row.column("run").metrics().put(metric.name(), i / 100.0 + 0.5);
      rows.add(row);
    }
    return new TaskResult("states", "states", "xx", "id", List.of(metric), rows);
  }

  private Path report(Measure measure) throws Exception {
    Path run = Files.createDirectories(folder.resolve("comparison"));
    Files.writeString(
        run.resolve("comparison.json"),
        Comparison.of("en", List.of(raised(measure, "xx")), 42).toJson());
    Path page = folder.resolve("report.html");
    Report.of().evaluation(run).write(page);
    return page;
  }

  private static ItemValues raised(Measure measure, String language) {
    double[] before = new double[ITEMS];
    double[] weights = new double[ITEMS];
    Arrays.setAll(before, i -> 1 + i / 100.0);
    Arrays.fill(weights, 1);
    double[] after = Arrays.stream(before).map(x -> x + 0.5).toArray();
    return new ItemValues(measure, language, before, after, weights);
  }

  private static void search(Measure measure, Verdict expected) {
    LensConfig config = LensConfig.builder().languages("en", "xx").build();
    List<ItemValues> values = new ArrayList<>();
    values.add(raised(measure, measure == Measure.DRIFT ? "en" : "xx"));
    values.add(raised(Measure.RETRIEVAL_TO_CENTRAL, "xx"));
    values.add(raised(Measure.DRIFT, "en"));
    TrialResult trial = new TrialResult(config, TrialResult.DEVELOPMENT, values, List.of(), 0, 0);
    if (measure == Measure.DRIFT) {
      GainScore kept =
          new GainScore(Map.of(Measure.RETRIEVAL_TO_CENTRAL, 1.0), Map.of(Measure.DRIFT, 0.01));
      assertThat(kept.score(trial).withinBudget()).as("search").isFalse();
    } else if (expected == Verdict.CHANGED) {
      assertThatThrownBy(() -> new GainScore(Map.of(measure, 1.0), Map.of()))
          .as("search")
          .isInstanceOf(LensException.class)
          .hasMessageContaining("a good side");
    } else {
      double gain = new GainScore(Map.of(measure, 1.0), Map.of()).score(trial).gain();
      assertThat(gain > 0 ? Verdict.BETTER : Verdict.WORSE).as("search").isEqualTo(expected);
    }
  }
}
