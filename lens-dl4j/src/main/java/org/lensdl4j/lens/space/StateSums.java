package org.lensdl4j.lens.space;

/**
 * Sums of many numbers, each held as a double and the rest that rounding took from it. States are
 * floats, so their sums come out exact unless their magnitudes lie some sixty binary places apart:
 * the order of adding and merging does not show in them.
 */
final class StateSums {
  final double[] high;
  final double[] low;

  StateSums(int size) {
    high = new double[size];
    low = new double[size];
  }

  int size() {
    return high.length;
  }

  void add(int at, double x) {
    double sum = high[at] + x;
    double added = sum - high[at];
    low[at] += (high[at] - (sum - added)) + (x - added);
    high[at] = sum;
  }

  void add(StateSums other) {
    for (int i = 0; i < high.length; i++) {
      add(i, other.high[i]);
      low[i] += other.low[i];
    }
  }

  /** The sum as the nearest double. */
  double value(int at) {
    return high[at] + low[at];
  }

  /** What is left of the sum without {@link #value}: the same however the sum was reached. */
  double rest(int at) {
    double value = value(at);
    return low[at] - (value - high[at]);
  }
}
