package org.lensdl4j.lab.evaluate.tasks;

/**
 * Something measured of every item.
 *
 * @param name short, as in tables and files
 * @param about what it is
 * @param direction 1 if higher is better, -1 if lower is, 0 if neither
 * @param chance what guessing reaches; NaN if that means nothing
 * @param headline whether it stands for its task in the verdict
 */
public record Metric(String name, String about, int direction, double chance, boolean headline) {
  /** A share of items, higher is better, that counts for the verdict. */
  static Metric share(String name, String about, double chance) {
    return new Metric(name, about, 1, chance, true);
  }

  /** The same figure taken otherwise, for comparison with other reports. */
  Metric aside() {
    return new Metric(name, about, direction, chance, false);
  }
}
