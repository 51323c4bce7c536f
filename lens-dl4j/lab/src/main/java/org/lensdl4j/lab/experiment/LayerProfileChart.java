package org.lensdl4j.lab.experiment;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.lensdl4j.lab.chart.LineChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.experiment.LayerProfile.Row;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Measure;

/** A panel a measure: the mean over languages, before and after, or each language alone. */
final class LayerProfileChart {
  private LayerProfileChart() {}

  static String svg(LayerProfile profile, String title) {
    SmallMultiples.Builder all =
        SmallMultiples.builder()
            .title(title)
            .description(
                String.format(
                    Locale.ROOT,
                    "Means over %d texts per language after each layer, with 95 %% intervals.",
                    profile.items()))
            .width(960)
            .panelWidth(300);
    for (Measure what : LayerProfile.MEASURES) {
      if (!profile.of(what, LayerProfile.ALL).isEmpty()) {
        all.panel(what.plain(), panel(profile, what));
      }
    }
    return all.build().svgFile();
  }

  private static LineChart panel(LayerProfile profile, Measure what) {
    LineChart.Builder out =
        LineChart.builder().xLabel("layer").yLabel("share").wholeX().includeY(0);
    if (profile.trained()) {
      add(out, "before", profile.of(what, LayerProfile.ALL), Row::before);
      add(out, "after", profile.of(what, LayerProfile.ALL), Row::after);
    } else {
      for (String language : profile.languages()) {
        // The central one has no row where it is what others are compared with.
        add(out, language, profile.of(what, language), Row::before);
      }
    }
    return out.build();
  }

  private static void add(
      LineChart.Builder out, String name, List<Row> rows, Function<Row, Interval> side) {
    out.series(
        name,
        rows.stream().mapToDouble(Row::layer).toArray(),
        rows.stream().mapToDouble(r -> side.apply(r).value()).toArray(),
        rows.stream().mapToDouble(r -> side.apply(r).low()).toArray(),
        rows.stream().mapToDouble(r -> side.apply(r).high()).toArray());
  }
}
