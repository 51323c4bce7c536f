package org.lensdl4j.lab.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * From values to places in 0..1, with ticks at round values.
 *
 * @param low value at place 0
 * @param high value at place 1
 * @param log whether places go by the logarithm
 * @param ticks round values between the two
 * @param labels of the ticks
 */
record Axis(double low, double high, boolean log, double[] ticks, List<String> labels) {

  /** What a chart says about an axis before its data are known. */
  record Plan(String label, boolean log, boolean whole, boolean round, double[] include) {
    static final Plan PLAIN = new Plan("", false, false, false, new double[0]);

    Plan label(String text) {
      return new Plan(text, log, whole, round, include);
    }

    Plan toLog() {
      return new Plan(label, true, whole, round, include);
    }

    Plan toWhole() {
      return new Plan(label, log, true, round, include);
    }

    Plan toRound() {
      return new Plan(label, log, whole, true, include);
    }

    Plan include(double... values) {
      double[] all = java.util.Arrays.copyOf(include, include.length + values.length);
      System.arraycopy(values, 0, all, include.length, values.length);
      return new Plan(label, log, whole, round, all);
    }

    boolean shows(double value) {
      return Axis.shows(value, log);
    }
  }

  /** The least and greatest values that an axis can show. */
  static final class Range {
    private final Plan plan;
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;

    Range(Plan plan) {
      this.plan = plan;
      add(plan.include());
    }

    Range add(double... values) {
      for (double value : values) {
        if (plan.shows(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      return this;
    }

    boolean isEmpty() {
      return low > high;
    }

    /** Widens by a little at both ends. */
    void pad() {
      if (!isEmpty()) {
        double by = plan.log() ? Math.pow(high / low, 0.05) : (high - low) * 0.05;
        low = plan.log() ? low / by : low - by;
        high = plan.log() ? high * by : high + by;
      }
    }

    double[] bounds() {
      return isEmpty() ? new double[0] : new double[] {low, high};
    }

    /**
     * The axis.
     *
     * @param most ticks at most, about
     */
    Axis axis(int most) {
      if (isEmpty()) {
        return of(plan, plan.log() ? 1 : 0, plan.log() ? 10 : 1, most);
      }
      return of(plan, low, high, most);
    }
  }

  private static Axis of(Plan plan, double low, double high, int most) {
    double a = low;
    double b = high;
    double size = Math.max(Math.abs(a), Math.abs(b));
    if (b - a <= 1e-9 * size || size < 1e-90) {
      double half = plan.log() ? 0 : plan.whole() || size < 1e-90 ? 1 : size * 0.1;
      a = plan.log() ? a / 2 : a - half;
      b = plan.log() ? b * 2 : b + half;
    }
    return plan.log() ? logarithmic(plan, a, b, most) : linear(plan, a, b, most);
  }

  private static Axis linear(Plan plan, double a, double b, int most) {
    double step = step((b - a) / Math.max(1, most));
    if (plan.whole()) {
      step = Math.max(1, step);
    }
    double low = plan.round() ? Math.floor(a / step + 1e-9) * step : a;
    double high = plan.round() ? Math.ceil(b / step - 1e-9) * step : b;
    List<Double> ticks = new ArrayList<>();
    for (double k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
      ticks.add(k * step);
    }
    double largest = Math.max(Math.abs(low), Math.abs(high));
    boolean plain = step >= 1e-4 && largest < 1e7;
    int digits = plain ? (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) : 0;
    List<String> labels =
        ticks.stream()
            .map(t -> plain ? Numbers.fixed(t, digits) : t == 0 ? "0" : Numbers.scientific(t))
            .toList();
    return new Axis(low, high, false, toArray(ticks), labels);
  }

  /** The smallest of 1, 2, 5 times a power of ten that is not less. */
  static double step(double raw) {
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double factor : new double[] {1, 2, 5}) {
      if (raw <= factor * power * (1 + 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static Axis logarithmic(Plan plan, double a, double b, int most) {
    double decades = Math.log10(b) - Math.log10(a);
    int every = (int) Math.max(1, Math.ceil(decades / Math.max(1, most)));
    double[] factors = decades < 2 ? new double[] {1, 2, 5} : new double[] {1};
    List<Double> ticks = new ArrayList<>();
    int last = (int) Math.ceil(Math.log10(b));
    for (int k = (int) Math.floor(Math.log10(a)); k <= last; k++) {
      for (double factor : factors) {
        double tick = factor * Math.pow(10, k);
        if (Math.floorMod(k, every) == 0 && tick >= a * (1 - 1e-9) && tick <= b * (1 + 1e-9)) {
          ticks.add(tick);
        }
      }
    }
    if (ticks.size() < 2) {
      ticks = List.of(a, b);
    }
    return new Axis(a, b, true, toArray(ticks), ticks.stream().map(Axis::logLabel).toList());
  }

  private static String logLabel(double tick) {
    if (tick < 1e-3 * (1 - 1e-9) || tick >= 1e5) {
      return Numbers.scientific(tick);
    }
    return Numbers.fixed(tick, (int) Math.max(0, -Math.floor(Math.log10(tick) + 1e-9)));
  }

  private static double[] toArray(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  boolean shows(double value) {
    return shows(value, log);
  }

  /** Numbers beyond these bounds are no measurements, and their differences may overflow. */
  private static boolean shows(double value, boolean log) {
    return Math.abs(value) < 1e100 && (!log || value > 1e-100);
  }

  /** Where a value lies; 0 is the low end. */
  double place(double value) {
    return log
        ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
        : (value - low) / (high - low);
  }
}
