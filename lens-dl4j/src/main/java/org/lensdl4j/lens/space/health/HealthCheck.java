package org.lensdl4j.lens.space.health;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageStatistics;
import org.lensdl4j.lens.space.LayerStates;
import org.lensdl4j.lens.space.Subspaces;
import org.lensdl4j.model.base.LensException;

/**
 * Checks a language space while it is fitted.
 *
 * <pre>{@code
 * HealthCheck check = HealthCheck.builder().draws(200).seed(42).build();
 * LanguageProbing.run(states, position, corpus, config, check);
 * SpaceHealth health = check.result();
 * System.out.println(health.stats());
 * }</pre>
 *
 * <p>Each layer is looked at as it passes by and its states are let go; {@code draws} fits of each
 * kind take 2 draws L n d additions, shared out over the cores. The result depends on the seed and
 * not on the number of cores.
 */
public final class HealthCheck implements LayerStates.Visitor {
  private final Builder settings;
  private final List<LayerHealth> layers = new ArrayList<>();
  private List<String> languages = List.of();
  private String central = "";
  private int texts;
  private int rank;
  private boolean parallel;

  private HealthCheck(Builder settings) {
    this.settings = settings;
  }

  /** A check with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Options of a check. */
  public static final class Builder {
    private int draws = 200;
    private long seed = 42;
    private int rank;
    private LossCoordinates coordinates = LossCoordinates.RAW;
    private boolean notParallel;
    private LayerStore other;

    private Builder() {}

    /** Draws of each kind; 200 by default, at least 20. */
    public Builder draws(int value) {
      if (value < 20) {
        throw new LensException(
            String.format(Locale.ROOT, "draws: found %d, expected at least 20", value));
      }
      draws = value;
      return this;
    }

    /** Seed of all draws. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** r, of the specific subspace; 0, the default, for the largest. */
    public Builder rank(int value) {
      rank = value;
      return this;
    }

    /** Those of the space that training in these takes; RAW by default. */
    public Builder coordinates(LossCoordinates value) {
      coordinates = value.ofSpace();
      return this;
    }

    /**
     * Takes texts with the same ids for different ones. Texts count as parallel if all languages
     * have the same ids.
     */
    public Builder notParallel() {
      notParallel = true;
      return this;
    }

    /**
     * States of other texts in the same languages, to compare with: of parallel ones if these are
     * not, or the other way round. Stays the caller's.
     */
    public Builder against(LayerStore states) {
      other = states;
      return this;
    }

    /** The check. */
    public HealthCheck build() {
      return new HealthCheck(this);
    }
  }

  @Override
  public void visit(LayerStates states) {
    languages = states.languages();
    central = states.central();
    parallel = states.parallel() && !settings.notParallel;
    TextSample sample = sample(states, parallel);
    texts = sample.fewest();
    if (texts < 4) {
      throw new LensException(
          String.format(
              Locale.ROOT, "health: found %d texts of a language, expected at least 4", texts));
    }
    int largest = Math.min(languages.size() - 1, states.hiddenSize() - 1);
    rank = settings.rank == 0 ? largest : settings.rank;
    if (rank < 1 || rank > largest) {
      throw new LensException(
          String.format(Locale.ROOT, "rank: found %d, expected 1 to %d", rank, largest));
    }
    layers.add(layer(states.layer(), sample));
  }

  private TextSample sample(LayerStates states, boolean asParallel) {
    double[] deviation = null;
    if (settings.coordinates == LossCoordinates.STANDARDISED) {
      LanguageStatistics statistics =
          new LanguageStatistics(states.languages(), 1, states.hiddenSize());
      for (int l = 0; l < states.states().length; l++) {
        for (float[] state : states.states()[l]) {
          statistics.add(states.languages().get(l), 1, state);
        }
      }
      deviation = statistics.deviation(1);
    }
    return TextSample.of(states.states(), deviation, asParallel);
  }

  private LayerHealth layer(int layer, TextSample sample) {
    Seeding seeds = new Seeding(settings.seed, layer);
    double[][] means = sample.means();
    double[][] basis = MeanSpace.of(means).basis(rank);
    LabelPermutations labels = LabelPermutations.of(sample, means, settings.draws, seeds);
    List<Spread> angles = angles(sample, basis, seeds);
    Spread split = overlap(sample, sample.fewest() / 2, seeds, "halves");
    LayerHealth.OtherTexts compared = settings.other == null ? null : compare(sample, layer, seeds);
    LayerHealth found =
        new LayerHealth(
            layer,
            angles,
            split,
            boxed(labels.values()),
            boxed(labels.limits()),
            boxed(labels.pValues()),
            labels.suggestedRank(),
            compared,
            List.of());
    return Warnings.added(found, rank, texts);
  }

  private List<Spread> angles(TextSample sample, double[][] basis, Seeding seeds) {
    double[][] draws =
        IntStream.range(0, settings.draws)
            .parallel()
            .mapToObj(
                draw -> {
                  double[][] means = sample.bootstrap(seeds.random("bootstrap", draw));
                  return Subspaces.angles(basis, MeanSpace.of(means).basis(rank));
                })
            .toArray(double[][]::new);
    List<Spread> out = new ArrayList<>();
    for (int k = 0; k < rank; k++) {
      int at = k;
      out.add(
          Quantiles.spread(Arrays.stream(draws).mapToDouble(a -> Math.toDegrees(a[at])).toArray()));
    }
    return out;
  }

  private Spread overlap(TextSample sample, int half, Seeding seeds, String purpose) {
    return Quantiles.spread(
        IntStream.range(0, settings.draws)
            .parallel()
            .mapToDouble(
                draw -> {
                  double[][][] halves = sample.halves(half, seeds.random(purpose, draw));
                  return overlap(halves[0], halves[1]);
                })
            .toArray());
  }

  private double overlap(double[][] means, double[][] otherMeans) {
    return Subspaces.overlap(MeanSpace.of(means).basis(rank), MeanSpace.of(otherMeans).basis(rank));
  }

  /** All three with parts of one size, since fewer texts alone make an overlap smaller. */
  private LayerHealth.OtherTexts compare(TextSample sample, int layer, Seeding seeds) {
    LayerStates states = settings.other.read(layer);
    if (!states.languages().equals(languages) || states.hiddenSize() != sample.size()) {
      throw new LensException(
          String.format(
              Locale.ROOT,
              "health: the other texts have states of %s with %d values, expected %s with %d",
              states.languages(),
              states.hiddenSize(),
              languages,
              sample.size()));
    }
    TextSample others = sample(states, states.parallel());
    int half = Math.min(sample.fewest(), others.fewest()) / 2;
    Spread between =
        Quantiles.spread(
            IntStream.range(0, settings.draws)
                .parallel()
                .mapToDouble(
                    draw ->
                        overlap(
                            sample.halves(half, seeds.random("ours", draw))[0],
                            others.halves(half, seeds.random("others", draw))[0]))
                .toArray());
    return new LayerHealth.OtherTexts(
        between, overlap(sample, half, seeds, "ours"), overlap(others, half, seeds, "others"));
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /**
   * What was found.
   *
   * @throws IllegalStateException if no layer was seen
   */
  public SpaceHealth result() {
    if (layers.isEmpty()) {
      throw new IllegalStateException("found no layer, expected a visit to each");
    }
    return new SpaceHealth(
        languages,
        central,
        rank,
        texts,
        parallel,
        settings.draws,
        settings.seed,
        settings.coordinates.name().toLowerCase(java.util.Locale.ROOT),
        layers);
  }
}
