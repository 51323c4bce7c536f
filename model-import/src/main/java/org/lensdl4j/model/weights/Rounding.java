package org.lensdl4j.model.weights;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How values are rounded to what a file's element type can hold.
 *
 * <p>To nearest, a change of less than half a step of a 16-bit type is lost where the value was on
 * a step before. Stochastic rounding goes up or down with the chances that make the mean of many
 * elements right: a change survives on average, at the price of noise. What an element becomes
 * depends on seed, tensor and place alone.
 */
public final class Rounding {
  /** To the nearest value, ties to even; in blocks as ggml does. */
  public static final Rounding NEAREST = new Rounding(false, 0);

  private static final Pattern STOCHASTIC = Pattern.compile("stochastic(?::(-?\\d{1,18}))?");

  private final boolean stochastic;
  private final long seed;

  private Rounding(boolean stochastic, long seed) {
    this.stochastic = stochastic;
    this.seed = seed;
  }

  /** Up or down by chance, right on average. */
  public static Rounding stochastic(long seed) {
    return new Rounding(true, seed);
  }

  /**
   * Reads {@code nearest}, {@code stochastic} or {@code stochastic:SEED}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Rounding parse(String text) {
    if (text.equals("nearest")) {
      return NEAREST;
    }
    Matcher m = STOCHASTIC.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "rounding '%s', expected nearest, stochastic or stochastic:SEED", text));
    }
    return stochastic(m.group(1) == null ? 0 : Long.parseLong(m.group(1)));
  }

  /** Whether chance decides. */
  public boolean isStochastic() {
    return stochastic;
  }

  /** A number in [0, 1) for an element of a tensor: SplitMix64's of seed, name and place. */
  double chance(String tensor, long at) {
    long start = mix(seed ^ mix(tensor.hashCode()));
    return (mix(start + (at + 1) * 0x9e3779b97f4a7c15L) >>> 11) * 0x1p-53;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rounding r && r.stochastic == stochastic && r.seed == seed;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(seed) + Boolean.hashCode(stochastic);
  }

  @Override
  public String toString() {
    return stochastic ? "stochastic:" + seed : "nearest";
  }
}
