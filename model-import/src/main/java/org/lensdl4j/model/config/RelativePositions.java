package org.lensdl4j.model.config;

/**
 * MPNet's relative positions: one bucket for each small distance, logarithmic ones up to 128, and
 * one for everything beyond; separate buckets for keys to the right.
 */
public final class RelativePositions {
  /** Rows of the table of biases. */
  public static final int BUCKETS = 32;

  private static final int SIDE = BUCKETS / 2;
  private static final int EXACT = SIDE / 2;

  /** All distances from here on have one bucket. */
  public static final int FARTHEST = 128;

  private RelativePositions() {}

  /** The bucket of a key, by its position less the query's. */
  public static int bucket(int distance) {
    int side = distance > 0 ? SIDE : 0;
    int n = Math.abs(distance);
    if (n < EXACT) {
      return side + n;
    }
    float octaves = (float) Math.log((float) n / EXACT);
    float far = octaves / (float) Math.log((double) FARTHEST / EXACT) * (SIDE - EXACT);
    return side + Math.min(SIDE - 1, EXACT + (int) far);
  }
}
