package org.lensdl4j.lab.experiment;

import java.util.List;
import java.util.function.Function;
import org.lensdl4j.lab.chart.BarChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;

/** Pictures of candidates' changes, a panel a measure. */
final class CandidateCharts {
  private CandidateCharts() {}

  /** One mark a candidate: the mean over target languages; drift of the central language. */
  static String changes(String title, String description, List<Candidate> candidates) {
    SmallMultiples.Builder all = panels(title, description).panelWidth(440);
    for (Measure measure : CandidateRows.shown(candidates.get(0))) {
      BarChart.Builder panel =
          BarChart.builder()
              .categories(candidates.stream().map(Candidate::name).toList())
              .dots()
              .include(least(measure, candidates.get(0)))
              .xLabel(CandidateRows.axis(measure));
      series(
          panel, "", candidates, c -> c.of(measure, CandidateRows.where(measure, c)).difference());
      all.panel(measure.plain(), panel.build());
    }
    return all.build().svgFile();
  }

  /** 0, and what one text more or less is where texts are counted. */
  static double[] least(Measure measure, Candidate candidate) {
    double one = measure == Measure.RETRIEVAL_TO_CENTRAL ? 1.0 / candidate.result().items() : 0;
    return new double[] {-one, 0, one};
  }

  /** Small multiples of the width that all pictures of candidates have. */
  static SmallMultiples.Builder panels(String title, String description) {
    return SmallMultiples.builder()
        .title(title)
        .description(description)
        .width(960)
        .panelWidth(300);
  }

  /** Adds a series with an interval for each of some things. */
  static <T> void series(
      BarChart.Builder panel, String name, List<T> things, Function<T, Interval> of) {
    List<Interval> intervals = things.stream().map(of).toList();
    panel.series(
        name,
        intervals.stream().mapToDouble(Interval::value).toArray(),
        intervals.stream().mapToDouble(Interval::low).toArray(),
        intervals.stream().mapToDouble(Interval::high).toArray());
  }
}
