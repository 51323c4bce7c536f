package org.lensdl4j.model.testing;

import java.util.Random;
import org.slf4j.LoggerFactory;

/**
 * Seeds of randomised tests. A build has to give the same answer twice, so they are the same in
 * each run unless {@code -Dlens.seeds=random} asks for new ones; {@code -Dlens.seed=N} replays one.
 * A failure names its seed.
 */
public final class Seeds {
  private static final String REPLAYED = "lens.seed";
  private static final String WHICH = "lens.seeds";
  private static final long FIXED = 241_004_407L;

  private Seeds() {}

  /** A property of random input. */
  @FunctionalInterface
  public interface Property {
    void check(Random random) throws Exception;
  }

  /** Checks a property for many seeds, or for the one in the system property. */
  public static void forAll(int times, Property property) {
    Long replayed = Long.getLong(REPLAYED);
    Random seeds = seeds();
    for (int i = 0; i < (replayed == null ? times : 1); i++) {
      long seed = replayed == null ? seeds.nextLong() : replayed;
      try {
        property.check(new Random(seed));
      } catch (Throwable e) {
        String message = "failed with seed %d; replay with -D%s=%1$d".formatted(seed, REPLAYED);
        LoggerFactory.getLogger(Seeds.class).error(message);
        throw new AssertionError(message + ": " + e.getMessage(), e);
      }
    }
  }

  /** One seed, for tests that put it into their assertions' descriptions. */
  public static long one() {
    Long replayed = Long.getLong(REPLAYED);
    return replayed == null ? seeds().nextLong() : replayed;
  }

  private static Random seeds() {
    return "random".equals(System.getProperty(WHICH)) ? new Random() : new Random(FIXED);
  }
}
