package org.lensdl4j.lab.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.measure.Csv;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;
import org.lensdl4j.lens.config.LensConfig;
import org.lensdl4j.model.base.LensException;
import org.lensdl4j.model.base.Progress;

/**
 * What training changes at each value of one setting, everything else being the same. All values
 * are measured in the space of the settings that the curve starts from.
 *
 * @param setting that varies
 * @param points by value, rising
 */
public record SettingCurve(Setting setting, List<Point> points) {
  /** The name of its files begins so. */
  public static final String NAME = "curve";

  public SettingCurve {
    points = List.copyOf(points);
  }

  /**
   * One value.
   *
   * @param value of the setting
   * @param candidate trained with it
   */
  public record Point(double value, Candidate candidate) {}

  /**
   * Trains at each value.
   *
   * @param base all other settings
   * @param values in any order, at least one
   * @param progress hears about it as {@code trials}
   */
  public static SettingCurve of(
      Trials trials, LensConfig base, Setting setting, List<Double> values, Progress progress) {
    if (values.isEmpty()) {
      throw new LensException(String.format(Locale.ROOT, "values of %s: found none", setting.id()));
    }
    // All are checked before the first is trained.
    List<Double> sorted = new ArrayList<>(new TreeSet<>(values));
    List<LensConfig> configs = sorted.stream().map(v -> setting.apply(base, v)).toList();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < configs.size(); i++) {
      progress.update("trials", i, configs.size());
      String name = Words.value(sorted.get(i));
      points.add(new Point(sorted.get(i), Candidate.of(trials, name, configs.get(i), base)));
    }
    progress.update("trials", configs.size(), configs.size());
    return new SettingCurve(setting, points);
  }

  /** The figures as files. */
  public Analysis analysis() {
    String title = "Change by training over " + setting.label();
    return new Analysis(
        NAME + "-" + setting.id(),
        title,
        finding(),
        Map.of("over", setting.id(), "values", String.join(",", names())),
        csv(),
        chart(title));
  }

  private List<String> names() {
    return points.stream().map(p -> p.candidate().name()).toList();
  }

  private String chart(String title) {
    Candidate first = points.get(0).candidate();
    SmallMultiples.Builder all =
        CandidateCharts.panels(
            title, "After - before for each value; the mean has its 95 % interval as a band.");
    for (Measure measure : CandidateRows.shown(first)) {
      LineChart.Builder panel =
          LineChart.builder()
              .xLabel(setting.label())
              .yLabel(CandidateRows.axis(measure))
              .includeY(CandidateCharts.least(measure, first));
      if (setting.whole()) {
        panel.wholeX();
      }
      if (setting.logarithmic()) {
        panel.logX();
      }
      String where = CandidateRows.where(measure, first);
      add(panel, where.equals(Candidate.ALL) ? "mean" : where, c -> c.of(measure, where), true);
      for (String language : first.languages(measure)) {
        if (!language.equals(first.config().central())) {
          add(panel, language, c -> c.of(measure, language), false);
        }
      }
      all.panel(measure.plain(), panel.build());
    }
    return all.build().svgFile();
  }

  private void add(
      LineChart.Builder panel,
      String name,
      Function<Candidate, org.lensdl4j.lab.measure.PairedBootstrap.Estimate> of,
      boolean band) {
    List<Interval> changes =
        points.stream().map(p -> of.apply(p.candidate()).difference()).toList();
    double[] x = points.stream().mapToDouble(Point::value).toArray();
    double[] y = changes.stream().mapToDouble(Interval::value).toArray();
    if (band) {
      panel.series(
          name,
          x,
          y,
          changes.stream().mapToDouble(Interval::low).toArray(),
          changes.stream().mapToDouble(Interval::high).toArray());
    } else {
      panel.series(name, x, y);
    }
  }

  private String finding() {
    List<String> parts = new ArrayList<>();
    parts.add(best(Measure.RETRIEVAL_TO_CENTRAL));
    if (points.get(0).candidate().measures().contains(Measure.BITS_PER_BYTE)) {
      parts.add(best(Measure.BITS_PER_BYTE));
    }
    Point least = points.get(0);
    Point most = points.get(points.size() - 1);
    parts.add(
        String.format(
            Locale.ROOT,
            "the central language's states drift by %s of their length at %s and %s at %s",
            Words.percent(least.candidate().result().drift()),
            least.candidate().name(),
            Words.percent(most.candidate().result().drift()),
            most.candidate().name()));
    return String.format(
        Locale.ROOT,
        "Over %s %s: %s. On %s; intervals are of 95 %% and not corrected for the %d values.",
        setting.label(),
        String.join(", ", names()),
        String.join("; ", parts),
        Words.items(least.candidate().result().items()),
        points.size());
  }

  private String best(Measure measure) {
    int sign = measure.better().sign();
    Function<Point, Interval> change = p -> p.candidate().of(measure, Candidate.ALL).difference();
    String label = measure.plain();
    List<Point> shown = points.stream().filter(p -> change.apply(p).excludesZero()).toList();
    if (shown.isEmpty()) {
      return String.format(Locale.ROOT, "%s does not change beyond chance at any value", label);
    }
    Point best =
        shown.stream()
            .max(Comparator.comparingDouble(p -> sign * change.apply(p).value()))
            .orElseThrow();
    boolean worse = sign * change.apply(best).value() < 0;
    return String.format(
        Locale.ROOT,
        "%s changes beyond chance at %s, %s at %s (%s)",
        label,
        Words.list(shown.stream().map(p -> p.candidate().name()).toList()),
        worse ? "always for the worse, least" : "for the better most",
        best.candidate().name(),
        Words.signed(change.apply(best).value()));
  }

  private String csv() {
    Csv csv = new Csv(CandidateRows.header(setting.id(), "steps"));
    for (Point p : points) {
      CandidateRows.add(csv, List.of(p.value(), p.candidate().steps().size()), p.candidate());
    }
    return csv.toString();
  }
}
