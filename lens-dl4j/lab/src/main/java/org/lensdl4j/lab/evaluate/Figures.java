package org.lensdl4j.lab.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lensdl4j.lab.measure.Figure;
import org.lensdl4j.lab.measure.Figure.Change;
import org.lensdl4j.lab.measure.Interval;
import org.lensdl4j.lab.measure.Metric;
import org.lensdl4j.lab.measure.PairedBootstrap;
import org.lensdl4j.lab.measure.Significance;
import org.lensdl4j.lab.measure.Verdict;

/**
 * All figures of finished tasks: per language and pooled over the languages but the central one,
 * every column against the first. Holm's correction is taken per column over its headline figures
 * in single languages; pooled figures are corrected among themselves.
 */
public final class Figures {
  /** Adjusted p below it is a difference. */
  public static final double LEVEL = 0.05;

  private final List<String> columns;
  private final String central;
  private final long seed;

  private Figures(List<String> columns, String central, long seed) {
    this.columns = columns;
    this.central = central;
    this.seed = seed;
  }

  /**
   * Takes the figures.
   *
   * @param results of tasks, those of one task in several languages one after the other
   * @param columns in order; the first is what others are compared with
   * @param central left out of pooled figures
   * @param seed of the bootstrap
   */
  public static List<Figure> of(
      List<TaskResult> results, List<String> columns, String central, long seed) {
    return new Figures(columns, central, seed).all(results);
  }

  private List<Figure> all(List<TaskResult> results) {
    Map<String, List<TaskResult>> byTask = new LinkedHashMap<>();
    results.forEach(r -> byTask.computeIfAbsent(r.task(), t -> new ArrayList<>()).add(r));
    List<Figure> out = new ArrayList<>();
    for (List<TaskResult> task : byTask.values()) {
      List<Metric> metrics = task.stream().flatMap(r -> r.metrics().stream()).distinct().toList();
      for (Metric metric : metrics) {
        List<TaskResult> own =
            task.stream().filter(r -> r.metrics().contains(metric) && measured(r, metric)).toList();
        own.forEach(r -> add(out, metric, r.language(), List.of(r)));
        List<TaskResult> others = own.stream().filter(r -> !r.language().equals(central)).toList();
        if (others.size() > 1) {
          add(out, metric, Figure.POOLED, others);
        }
      }
    }
    return adjusted(out);
  }

  /** A figure that some column has nothing for is none: of no item of it a line was judged. */
  private boolean measured(TaskResult result, Metric metric) {
    return columns.stream()
        .map(c -> result.sums(c, metric.name()))
        .allMatch(s -> s == null || !Double.isNaN(TaskResult.figure(metric.name(), total(s))));
  }

  private static double[] total(double[][] sums) {
    double[] out = new double[sums[0].length];
    for (double[] item : sums) {
      for (int k = 0; k < out.length; k++) {
        out[k] += item[k];
      }
    }
    return out;
  }

  private static PairedBootstrap.Sums sums(
      TaskResult result, String first, String column, String metric) {
    double[][] before = result.sums(first, metric);
    double[][] after = result.sums(column, metric);
    return before == null
        ? null
        : new PairedBootstrap.Sums(before, after, s -> TaskResult.figure(metric, s));
  }

  private void add(List<Figure> out, Metric metric, String language, List<TaskResult> groups) {
    String first = columns.get(0);
    int items = groups.stream().mapToInt(g -> g.rows().size()).sum();
    for (String column : columns) {
      List<PairedBootstrap.Group> pairs =
          groups.stream()
              .map(
                  g ->
                      new PairedBootstrap.Group(
                          g.keys(),
                          g.values(first, metric.name()),
                          g.values(column, metric.name()),
                          g.weights(metric.name()),
                          sums(g, first, column, metric.name())))
              .toList();
      PairedBootstrap.Estimate estimate = PairedBootstrap.of(pairs, seed);
      out.add(
          new Figure(
              groups.get(0).task(),
              metric,
              language,
              column,
              items,
              estimate.after(),
              groups.size() > 1 || !plain(pairs.get(0))
                  ? Double.NaN
                  : Significance.deviation(pairs.get(0).after()) / Math.sqrt(items),
              column.equals(first) ? null : change(metric, pairs, estimate, items)));
    }
  }

  private static boolean plain(PairedBootstrap.Group group) {
    return group.sums() == null && Arrays.stream(group.weights()).allMatch(w -> w == 1);
  }

  private static Change change(
      Metric metric, List<PairedBootstrap.Group> groups, PairedBootstrap.Estimate e, int items) {
    boolean choices = true;
    int gained = 0;
    int lost = 0;
    double variance = 0;
    boolean same = true;
    for (PairedBootstrap.Group g : groups) {
      double meanWeight = Arrays.stream(g.weights()).average().orElse(1);
      double[] differences = new double[g.before().length];
      choices &= g.sums() == null;
      double[] change = influence(g);
      for (int i = 0; i < differences.length; i++) {
        double x = g.before()[i];
        double y = g.after()[i];
        choices &= (x == 0 || x == 1) && (y == 0 || y == 1);
        gained += y > x ? 1 : 0;
        lost += y < x ? 1 : 0;
        same &= x == y;
        differences[i] = change == null ? (y - x) / meanWeight : change[i];
        same &= g.sums() == null || Arrays.equals(g.sums().before()[i], g.sums().after()[i]);
      }
      // The pooled figure's variance times all items, so that counts of items mean all of them.
      double s = Significance.deviation(differences);
      variance += s * s / differences.length * items / groups.size() / groups.size();
    }
    double deviation = Math.sqrt(variance);
    // Pooled choices share items between languages, so that their changes are not independent.
    double p =
        same ? 1 : choices && groups.size() == 1 ? Significance.mcNemar(gained, lost) : e.p();
    return new Change(
        e.difference(),
        choices ? gained : -1,
        choices ? lost : -1,
        p,
        p,
        same ? Verdict.SAME : verdict(metric, e.difference(), p),
        Significance.smallestShown(deviation, items),
        Significance.itemsNeeded(e.difference().value(), deviation));
  }

  /** How much each item moves a difference of ratios, times the number of items; else null. */
  private static double[] influence(PairedBootstrap.Group g) {
    if (g.sums() == null || g.sums().before()[0].length != 2) {
      return null;
    }
    double[] before = influence(g.sums().before());
    double[] after = influence(g.sums().after());
    double[] out = new double[before.length];
    Arrays.setAll(out, i -> after[i] - before[i]);
    return out;
  }

  private static double[] influence(double[][] side) {
    double[] total = total(side);
    double[] out = new double[side.length];
    Arrays.setAll(
        out, i -> (side[i][0] - total[0] / total[1] * side[i][1]) * side.length / total[1]);
    return out;
  }

  private static Verdict verdict(Metric metric, Interval difference, double p) {
    return p >= LEVEL ? Verdict.NONE : Verdict.of(metric.better(), difference.value());
  }

  private List<Figure> adjusted(List<Figure> figures) {
    List<Figure> out = new ArrayList<>(figures);
    for (String column : columns) {
      for (boolean pooled : new boolean[] {false, true}) {
        List<Integer> family = new ArrayList<>();
        for (int i = 0; i < out.size(); i++) {
          Figure f = out.get(i);
          if (f.change() != null
              && f.column().equals(column)
              && f.metric().headline()
              && f.language().equals(Figure.POOLED) == pooled) {
            family.add(i);
          }
        }
        double[] holm =
            Significance.holm(family.stream().mapToDouble(i -> out.get(i).change().p()).toArray());
        for (int k = 0; k < holm.length; k++) {
          Figure f = out.get(family.get(k));
          Verdict now =
              f.change().verdict() == Verdict.SAME
                  ? Verdict.SAME
                  : verdict(f.metric(), f.change().difference(), holm[k]);
          out.set(family.get(k), f.with(f.change().adjusted(holm[k], now)));
        }
      }
    }
    return out;
  }
}
