package org.lensdl4j.lab.experiment;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.lab.chart.ScatterChart;
import org.lensdl4j.lab.chart.SmallMultiples;
import org.lensdl4j.lab.experiment.StatesPca.Point;
import org.lensdl4j.lab.experiment.StatesPca.View;

/** The points of each space, both sides on the same axes; a mark's shape is its language. */
final class StatesPcaChart {
  private StatesPcaChart() {}

  static String svg(StatesPca pca, String title) {
    SmallMultiples.Builder all =
        SmallMultiples.builder()
            .title(title)
            .description(
                String.format(Locale.ROOT, "Final states of %d texts per language.", pca.items()))
            .width(pca.trained() ? 720 : 900)
            .panelWidth(pca.trained() ? 330 : 270);
    for (View view : pca.views()) {
      all.panel(title(view, pca.trained() ? ", before" : ""), panel(view, false));
      if (pca.trained()) {
        all.panel(title(view, ", after"), panel(view, true));
      }
    }
    return all.build().svgFile();
  }

  private static String title(View view, String side) {
    return String.format(
        Locale.ROOT,
        "%s space, %d dimension%s%s",
        view.space().label(),
        view.dimensions(),
        view.dimensions() == 1 ? "" : "s",
        side);
  }

  private static ScatterChart panel(View view, boolean after) {
    boolean line = view.dimensions() == 1;
    List<String> languages = view.points().stream().map(Point::language).distinct().toList();
    ToDoubleFunction<Point> height =
        line ? p -> languages.size() - languages.indexOf(p.language()) : Point::second;
    ScatterChart.Builder out =
        ScatterChart.builder()
            .xLabel(
                String.format(
                    Locale.ROOT, "component 1 (%s)", Words.percent(view.explained().get(0))))
            .yLabel(
                line
                    ? "one row a language"
                    : String.format(
                        Locale.ROOT, "component 2 (%s)", Words.percent(view.explained().get(1))))
            .includeX(values(view.points(), Point::first))
            .includeY(values(view.points(), height))
            .includeY(line ? new double[] {0, languages.size() + 1} : new double[0]);
    for (String language : languages) {
      List<Point> own =
          view.points().stream()
              .filter(p -> p.after() == after && p.language().equals(language))
              .toList();
      out.series(language, values(own, Point::first), values(own, height));
    }
    return out.labelGroups().build();
  }

  private static double[] values(List<Point> points, ToDoubleFunction<Point> of) {
    return points.stream().mapToDouble(of).toArray();
  }
}
