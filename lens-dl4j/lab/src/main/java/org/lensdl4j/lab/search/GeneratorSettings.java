package org.lensdl4j.lab.search;

import java.util.Locale;
import org.lensdl4j.model.base.LensException;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How candidates are chosen.
 *
 * @param kind random, grid or genetic
 * @param candidates the most candidates; 0 for no bound, with which a random or genetic search of a
 *     range never ends
 * @param seed of everything that is drawn
 * @param points of a grid: of each range
 * @param shuffled of a grid: in random order, not one parameter after the other
 * @param population of a genetic search: chromosomes that live at once, at least 2
 * @param mutation of a genetic search: share of genes that change, in [0, 1]
 * @param lag of a genetic search: how many of the candidates before it may still be unmeasured when
 *     a candidate is bred (as many as run at once), so that the search does not depend on which
 *     finishes first
 */
public record GeneratorSettings(
    @JsonProperty("kind") Kind kind,
    @JsonProperty("candidates") int candidates,
    @JsonProperty("seed") long seed,
    @JsonProperty("points") int points,
    @JsonProperty("shuffled") boolean shuffled,
    @JsonProperty("population") int population,
    @JsonProperty("mutation") double mutation,
    @JsonProperty("lag") int lag) {

  /** The generators. */
  public enum Kind {
    RANDOM,
    GRID,
    GENETIC;

    /** The name in configuration files. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks every setting. */
  public GeneratorSettings {
    require(candidates >= 0, "candidates", candidates, "at least 1, or 0 for no bound");
    require(points >= 1, "points", points, "at least 1");
    require(population >= 4, "population", population, "at least 4");
    require(mutation >= 0 && mutation <= 1, "mutation", mutation, "a number in [0, 1]");
    require(lag >= 1, "lag", lag, "at least 1");
  }

  private static void require(boolean holds, String name, Object found, String expected) {
    if (!holds) {
      throw new LensException(
          String.format(Locale.ROOT, "%s: found %s, expected %s", name, found, expected));
    }
  }

  /** A random search. */
  public static GeneratorSettings random(int candidates, long seed) {
    return new GeneratorSettings(Kind.RANDOM, candidates, seed, 3, false, 8, 0.1, 1);
  }

  /** All points of a grid in order. */
  public static GeneratorSettings grid(int points) {
    return new GeneratorSettings(Kind.GRID, 0, 0, points, false, 8, 0.1, 1);
  }

  /** A genetic search. */
  public static GeneratorSettings genetic(int candidates, long seed, int population, int lag) {
    return new GeneratorSettings(Kind.GENETIC, candidates, seed, 3, false, population, 0.1, lag);
  }
}
