package org.lensdl4j.lens.space.health;

import java.util.SplittableRandom;

/** One generator for each draw, so that draws may run at the same time in any order. */
record Seeding(long seed, int layer) {
  SplittableRandom random(String purpose, int draw) {
    SplittableRandom mixed = new SplittableRandom(seed ^ 0x9E3779B97F4A7C15L * (layer + 1));
    long base = mixed.nextLong() ^ purpose.hashCode();
    return new SplittableRandom(new SplittableRandom(base).nextLong() + 0x632BE59BD9B4E019L * draw);
  }
}
