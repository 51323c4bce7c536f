package org.lensdl4j.lab.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.lensdl4j.model.base.LensException;

/**
 * Paired bootstrap over items of several groups (languages). Both sides of an item are drawn
 * together, and so are the items of all groups that have the same key: what says the same in
 * several languages is one draw. The figure is the mean of the groups' figures, each group counting
 * the same. The same seed gives the same intervals on every machine.
 */
public final class PairedBootstrap {
  private PairedBootstrap() {}

  /**
   * The items of one group.
   *
   * @param keys of the items
   * @param before one value per item
   * @param after one value per item
   * @param weights what the sums of values are divided by; 1 for a mean
   * @param sums null, or what the figures are taken of in place of values and weights
   */
  public record Group(
      List<String> keys, double[] before, double[] after, double[] weights, Sums sums) {
    /** Values divided by the same weights on both sides. */
    public Group(List<String> keys, double[] before, double[] after, double[] weights) {
      this(keys, before, after, weights, null);
    }

    /** Means of values. */
    public static Group means(List<String> keys, double[] before, double[] after) {
      double[] ones = new double[before.length];
      Arrays.fill(ones, 1);
      return new Group(keys, before, after, ones);
    }
  }

  /**
   * A figure that is no mean of items: one of sums over them.
   *
   * @param before {@code [items][numbers]}
   * @param after likewise
   * @param figure of the sums {@code [numbers]}; NaN if too few were drawn to tell
   */
  public record Sums(double[][] before, double[][] after, ToDoubleFunction<double[]> figure) {
    private static double of(
        double[][] side, int[] ids, int[] counts, ToDoubleFunction<double[]> figure) {
      double[] sum = new double[side[0].length];
      for (int i = 0; i < side.length; i++) {
        for (int k = 0; k < sum.length; k++) {
          sum[k] += counts[ids[i]] * side[i][k];
        }
      }
      return figure.applyAsDouble(sum);
    }
  }

  /**
   * Figures with 95 % intervals.
   *
   * @param before of the first side
   * @param after of the second side
   * @param difference after - before
   * @param p two-sided, of the difference being 0: twice the share of draws on the other side of 0
   */
  public record Estimate(Interval before, Interval after, Interval difference, double p) {}

  /**
   * Estimates the mean over groups.
   *
   * @throws LensException if there is no group, or one has no items that count or arrays of
   *     different lengths
   */
  public static Estimate of(List<Group> groups, long seed) {
    if (groups.isEmpty()) {
      throw new LensException("bootstrap: found no group of items, expected at least 1");
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<int[]> members = new ArrayList<>();
    for (Group g : groups) {
      int n = g.keys().size();
      if (n == 0 || g.before().length != n || g.after().length != n || g.weights().length != n) {
        throw new LensException(
            String.format(
                Locale.ROOT,
                "bootstrap: found %d keys, %d, %d and %d values, expected as many, at least 1",
                n,
                g.before().length,
                g.after().length,
                g.weights().length));
      }
      members.add(
          g.keys().stream().mapToInt(k -> ids.computeIfAbsent(k, x -> ids.size())).toArray());
    }
    int[] counts = new int[ids.size()];
    Arrays.fill(counts, 1);
    double[] whole = figures(groups, members, counts);
    if (whole == null) {
      throw new LensException("bootstrap: found a group of which no item counts, expected one");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] before = new double[Bootstrap.SAMPLES];
    double[] after = new double[Bootstrap.SAMPLES];
    double[] difference = new double[Bootstrap.SAMPLES];
    int done = 0;
    while (done < Bootstrap.SAMPLES) {
      Bootstrap.draw(random, counts);
      double[] drawn = figures(groups, members, counts);
      if (drawn != null) {
        before[done] = drawn[0];
        after[done] = drawn[1];
        difference[done++] = drawn[2];
      }
    }
    return new Estimate(
        Bootstrap.interval(whole[0], before),
        Bootstrap.interval(whole[1], after),
        Bootstrap.interval(whole[2], difference),
        p(difference));
  }

  /** Before, after, difference; null if a group has nothing in this draw. */
  private static double[] figures(List<Group> groups, List<int[]> members, int[] counts) {
    double[] out = new double[3];
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      int[] ids = members.get(g);
      if (group.sums() != null) {
        double first = Sums.of(group.sums().before(), ids, counts, group.sums().figure());
        double second = Sums.of(group.sums().after(), ids, counts, group.sums().figure());
        if (Double.isNaN(first) || Double.isNaN(second)) {
          return null;
        }
        out[0] += first / groups.size();
        out[1] += second / groups.size();
        out[2] += (second - first) / groups.size();
        continue;
      }
      double x = 0;
      double y = 0;
      double d = 0;
      double w = 0;
      for (int i = 0; i < ids.length; i++) {
        int times = counts[ids[i]];
        x += times * group.before()[i];
        y += times * group.after()[i];
        d += times * (group.after()[i] - group.before()[i]);
        w += times * group.weights()[i];
      }
      if (!(w > 0)) {
        return null;
      }
      out[0] += x / w / groups.size();
      out[1] += y / w / groups.size();
      out[2] += d / w / groups.size();
    }
    return out;
  }

  private static double p(double[] difference) {
    int below = 0;
    int above = 0;
    for (double d : difference) {
      below += d <= 0 ? 1 : 0;
      above += d >= 0 ? 1 : 0;
    }
    return Math.min(1, 2.0 * (Math.min(below, above) + 1) / (difference.length + 1));
  }
}
