package org.lensdl4j.lens.config;

/**
 * The numbers that an option can have; none is infinite.
 *
 * @param least the smallest
 * @param open whether {@code least} itself is left out
 * @param below what all are below; infinity for no bound
 * @param words the same for people, as it ends "expected ..."
 */
public record Range(double least, boolean open, double below, String words) {
  /** Any number. */
  static final Range FINITE =
      new Range(Double.NEGATIVE_INFINITY, true, Double.POSITIVE_INFINITY, "a finite number");

  /** Numbers of at least 0. */
  static final Range NOT_NEGATIVE =
      new Range(0, false, Double.POSITIVE_INFINITY, "a number of at least 0");

  /** Numbers above 0. */
  static final Range POSITIVE = new Range(0, true, Double.POSITIVE_INFINITY, "a number above 0");

  /** Numbers from 0 to 1, 1 left out. */
  static final Range FRACTION = new Range(0, false, 1, "a number in [0, 1)");

  /** Whole numbers from one on. */
  static Range from(int least) {
    return new Range(least, false, Double.POSITIVE_INFINITY, "a whole number of at least " + least);
  }

  /** Whether a number is in the range. */
  public boolean has(double value) {
    return value < below && (open ? value > least : value >= least);
  }
}
