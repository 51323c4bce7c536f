package org.lensdl4j.lab.measure;

/**
 * A figure with its uncertainty.
 *
 * @param value the figure on all items
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record Interval(double value, double low, double high) {
  /** Whether 0 lies outside, so that a difference is more than chance. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
