package org.lensdl4j.lens.testing;

import java.util.Random;
import org.slf4j.LoggerFactory;

/** Randomised tests: a failure names the seed that replays it. */
public final class Seeds {
  private static final String PROPERTY = "lens.seed";

  private Seeds() {}

  /** A property of random input. */
  @FunctionalInterface
  public interface Property {
    void check(Random random) throws Exception;
  }

  /** Checks a property for many seeds, or for the one in the system property. */
  public static void forAll(int times, Property property) {
    Long replayed = Long.getLong(PROPERTY);
    Random seeds = new Random();
    for (int i = 0; i < (replayed == null ? times : 1); i++) {
      long seed = replayed == null ? seeds.nextLong() : replayed;
      try {
        property.check(new Random(seed));
      } catch (Throwable e) {
        String message = "failed with seed %d; replay with -D%s=%1$d".formatted(seed, PROPERTY);
        LoggerFactory.getLogger(Seeds.class).error(message);
        throw new AssertionError(message + ": " + e.getMessage(), e);
      }
    }
  }
}
