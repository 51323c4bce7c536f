package org.lensdl4j.lab.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/**
 * How much of the candidates' gain goes with one parameter alone.
 *
 * <p>The candidates are grouped by the parameter's value, numbers of more than {@value #BINS}
 * different values by {@value #BINS} bins of equally many candidates. {@code explained} is epsilon
 * squared of a one-way analysis of variance of the <em>ranks</em> of the gain over the groups: the
 * share of variance between groups, less what as many groups would explain by chance, at least 0.
 * Ranks, so that a few candidates that went wild do not decide it. {@code p} is the share of
 * {@value #SHUFFLES} seeded shuffles of the gains that explain as much. {@code rankCorrelation} is
 * Spearman's, of numbers only: which way, if there is one way.
 *
 * <p>It sees each parameter by itself: what matters only together with another one is missed, and
 * parameters of a genetic search are not drawn independently of each other. With few candidates p
 * is what to look at first.
 *
 * @param parameter its name
 * @param explained share of the variance of ranks, 0 to 1
 * @param p how often chance does as well
 * @param rankCorrelation with the gain, -1 to 1, or NaN if values are not numbers or all the same
 * @param levels number of groups
 * @param candidates number of candidates
 */
public record Importance(
    String parameter,
    double explained,
    double p,
    double rankCorrelation,
    int levels,
    int candidates) {
  private static final int BINS = 3;
  private static final int SHUFFLES = 2000;

  /**
   * Of all parameters, the most important first.
   *
   * @param values per parameter one value a candidate: numbers, strings or booleans
   * @param gains one a candidate
   */
  public static List<Importance> of(Map<String, List<Object>> values, double[] gains, long seed) {
    List<Importance> out = new ArrayList<>();
    values.forEach((name, own) -> out.add(of(name, own, gains, seed)));
    out.sort(Comparator.comparingDouble((Importance i) -> -i.explained()));
    return List.copyOf(out);
  }

  private static Importance of(String name, List<Object> values, double[] gains, long seed) {
    int n = gains.length;
    boolean numeric = values.stream().allMatch(v -> v instanceof Number);
    double[] numbers =
        numeric ? values.stream().mapToDouble(v -> ((Number) v).doubleValue()).toArray() : null;
    int[] groups = numeric ? bins(numbers) : groups(values);
    int levels = (int) Arrays.stream(groups).distinct().count();
    if (levels < 2 || n <= levels) {
      return new Importance(name, 0, 1, Double.NaN, levels, n);
    }
    double[] ranks = ranks(gains);
    double explained = between(groups, ranks);
    List<Double> shuffled = new ArrayList<>(Arrays.stream(ranks).boxed().toList());
    Random random = new Random(seed);
    int asGood = 1;
    for (int s = 0; s < SHUFFLES; s++) {
      Collections.shuffle(shuffled, random);
      double[] other = shuffled.stream().mapToDouble(Double::doubleValue).toArray();
      asGood += between(groups, other) >= explained ? 1 : 0;
    }
    double correlation =
        numeric ? new PearsonsCorrelation().correlation(ranks(numbers), ranks) : Double.NaN;
    return new Importance(
        name, Math.max(0, explained), asGood / (SHUFFLES + 1.0), correlation, levels, n);
  }

  private static int[] groups(List<Object> values) {
    Map<Object, Integer> ids = new LinkedHashMap<>();
    return values.stream().mapToInt(v -> ids.computeIfAbsent(v, x -> ids.size())).toArray();
  }

  private static int[] bins(double[] values) {
    TreeSet<Double> different = new TreeSet<>();
    Arrays.stream(values).forEach(different::add);
    if (different.size() <= BINS) {
      List<Double> sorted = List.copyOf(different);
      return Arrays.stream(values).mapToInt(sorted::indexOf).toArray();
    }
    // Equal values have equal ranks, so they are never torn apart.
    return Arrays.stream(ranks(values))
        .mapToInt(r -> (int) Math.min(BINS - 1, (r - 0.5) * BINS / values.length))
        .toArray();
  }

  /** From 1; equal values share their mean rank, and what is no number is the largest. */
  private static double[] ranks(double[] values) {
    return new NaturalRanking(NaNStrategy.MAXIMAL, TiesStrategy.AVERAGE).rank(values);
  }

  private static double between(int[] groups, double[] y) {
    double mean = Arrays.stream(y).average().orElse(0);
    int levels = Arrays.stream(groups).max().orElse(0) + 1;
    double[] sum = new double[levels];
    int[] count = new int[levels];
    double total = 0;
    for (int i = 0; i < y.length; i++) {
      sum[groups[i]] += y[i];
      count[groups[i]]++;
      total += (y[i] - mean) * (y[i] - mean);
    }
    double between = 0;
    int used = 0;
    for (int g = 0; g < levels; g++) {
      if (count[g] > 0) {
        double d = sum[g] / count[g] - mean;
        between += count[g] * d * d;
        used++;
      }
    }
    if (total == 0 || y.length <= used) {
      return 0;
    }
    double withinMean = (total - between) / (y.length - used);
    return (between - (used - 1) * withinMean) / total;
  }
}
