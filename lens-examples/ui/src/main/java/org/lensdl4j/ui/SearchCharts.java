package org.lensdl4j.ui;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.api.Component;
import org.deeplearning4j.ui.api.LengthUnit;
import org.deeplearning4j.ui.components.chart.Chart;
import org.deeplearning4j.ui.components.chart.ChartLine;
import org.deeplearning4j.ui.components.chart.ChartScatter;
import org.deeplearning4j.ui.components.chart.style.StyleChart;

/** The charts of Arbiter's page. */
final class SearchCharts {
  private static final double MINUTE = 60_000;
  // The page's script takes 0 for a bound that is not set.
  private static final double ZERO = 1e-9;

  private SearchCharts() {}

  /** Best score and all scores over time; none while there is no score. */
  static List<Component> scores(ShownSearch search, Collection<ShownCandidate> candidates) {
    List<ShownCandidate> done =
        candidates.stream()
            .filter(ShownCandidate::counts)
            .sorted(Comparator.comparing(ShownCandidate::ended))
            .toList();
    if (done.isEmpty()) {
      return List.of();
    }
    double[] x = done.stream().mapToDouble(c -> (c.ended() - search.started()) / MINUTE).toArray();
    double[] y = done.stream().mapToDouble(ShownCandidate::score).toArray();
    List<Double> bestX = new ArrayList<>();
    List<Double> bestY = new ArrayList<>();
    double best = y[0];
    for (int i = 0; i < y.length; i++) {
      double now = search.minimize() ? Math.min(best, y[i]) : Math.max(best, y[i]);
      // Steps, not slopes.
      bestX.add(x[i]);
      bestY.add(best);
      if (now != best) {
        bestX.add(x[i]);
        bestY.add(now);
      }
      best = now;
    }
    double end = 1.05 * DoubleStream.of(x).max().orElse(1) + ZERO;
    bestX.add(end);
    bestY.add(best);
    StyleChart style = style(560, 320);
    return List.of(
        bounded(new ChartLine.Builder("Best Model Score vs. Time (Minutes)", style), end, y)
            .addSeries("Best Score vs. Time", array(bestX), array(bestY))
            .build(),
        bounded(new ChartScatter.Builder("All Candidate Scores vs. Time (Minutes)", style), end, y)
            .addSeries("Candidates", x, y)
            .build());
  }

  /** The training loss, step by step; none if there is one step only. */
  static List<Component> losses(ShownCandidate candidate) {
    double[] y = candidate.losses().stream().mapToDouble(Double::doubleValue).toArray();
    if (y.length < 2 || !DoubleStream.of(y).allMatch(Double::isFinite)) {
      return List.of();
    }
    double[] x = IntStream.rangeClosed(1, y.length).asDoubleStream().toArray();
    return List.of(
        bounded(new ChartLine.Builder("Training Loss vs. Iteration", style(800, 400)), y.length, y)
            .addSeries("Loss", x, y)
            .build());
  }

  private static <T extends Chart.Builder<T>> T bounded(T chart, double end, double[] y) {
    double low = DoubleStream.of(y).min().orElse(0);
    double high = DoubleStream.of(y).max().orElse(1);
    double margin = high > low ? 0.1 * (high - low) : 0.1 * Math.max(1e-3, Math.abs(high));
    return chart.setXMin(ZERO).setXMax(end).setYMin(low - margin).setYMax(high + margin);
  }

  private static StyleChart style(int width, int height) {
    // At the left there is room for numbers such as -0.00012.
    return new StyleChart.Builder()
        .width(width, LengthUnit.Px)
        .height(height, LengthUnit.Px)
        .margin(LengthUnit.Px, 60, 40, 80, 20)
        .build();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
