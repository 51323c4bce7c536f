package org.lensdl4j.lens.loss;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.lens.space.LanguageSpace;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * InfoNCE over parallel pairs: a text should be nearer to its own translation than to those of
 * other texts (van den Oord et al., arXiv 1807.03748; symmetric as in arXiv 2103.00020).
 *
 * <p>Over the pairs (c_i, x_i) of one target language, with z the state less its language's mean,
 * seen in the {@link Region}:
 *
 * <pre>
 * s_ij = similarity(z(c_i), z(x_j)) / temperature
 * term = mean over i of  1/2 (log sum_j e^s_ij - s_ii) + 1/2 (log sum_j e^s_ji - s_ii)
 * </pre>
 *
 * and summed over target languages, as {@code align} is. Negatives are the other pairs of the same
 * language in the batch, so that being in another language is never what tells texts apart: a batch
 * with one prompt has a loss of 0. Where nothing is told apart among n pairs it is log(n).
 *
 * <pre>{@code
 * WeightedTerm contrast =
 *     ContrastiveLoss.of(space, 30).temperature(0.05).weight(0.5).attach(batch, now);
 * }</pre>
 */
public final class ContrastiveLoss {
  /** Name of the unweighted term; the weighted one has {@code _loss} after it. */
  public static final String CONTRAST = "lens_contrast";

  /** Which part of the states is compared. */
  public enum Region {
    /** All of it. */
    WHOLE,
    /** Its projection on the agnostic subspace. */
    AGNOSTIC,
    /** What is left without the specific subspace. */
    WITHOUT_SPECIFIC
  }

  /** What makes two states alike. */
  public enum Similarity {
    /** The cosine of the angle between them, in [-1, 1]. */
    COSINE,
    /** Minus the mean over the hidden size of their squared differences; the only one in 1-D. */
    DISTANCE
  }

  private final Function<Coordinates, LayerGeometry> fitted;
  private Coordinates coordinates;
  private Region region = Region.WHOLE;
  private Similarity similarity = Similarity.COSINE;
  private double temperature = 0.05;
  private TermWeight weight = TermWeight.of("contrast", 1);
  private String prefix = "";
  private boolean pivotAtReference;

  private ContrastiveLoss(Coordinates coordinates, Function<Coordinates, LayerGeometry> fitted) {
    this.fitted = fitted;
    this.coordinates = coordinates;
  }

  /**
   * Contrast with language means and subspaces of a layer.
   *
   * @param layer 1..K; layer K is the state after the final norm
   */
  public static ContrastiveLoss of(LanguageSpace space, int layer) {
    return new ContrastiveLoss(
        Coordinates.of(space, layer), c -> LayerGeometry.of(space, layer, c));
  }

  /**
   * Contrast of whole states.
   *
   * @param hidden the hidden size
   * @param means what to take off the states of each language, the central one among them, {@code
   *     [hidden]} each; empty to take nothing off
   */
  public static ContrastiveLoss of(int hidden, Map<String, double[]> means) {
    return new ContrastiveLoss(Coordinates.raw(), c -> LayerGeometry.ofMeans(hidden, means, c));
  }

  /** What part of the states is compared: all of it by default. */
  public ContrastiveLoss in(Region value) {
    region = value;
    return this;
  }

  /** How states are compared: by cosine, unless told otherwise. */
  public ContrastiveLoss by(Similarity value) {
    similarity = value;
    return this;
  }

  /** What similarities are divided by; 0.05 by default. */
  public ContrastiveLoss temperature(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "temperature: found %s, expected a positive number", value));
    }
    temperature = value;
    return this;
  }

  /** Coordinates that states are seen in; by default those of the space, or raw. */
  public ContrastiveLoss coordinates(Coordinates value) {
    coordinates = value;
    return this;
  }

  /** Weight of the term; 1 by default. */
  public ContrastiveLoss weight(double value) {
    weight = TermWeight.of("contrast", value);
    return this;
  }

  /** Weight of the term, by iteration or epoch. */
  public ContrastiveLoss weight(ISchedule value) {
    weight = TermWeight.of(value);
    return this;
  }

  /** Weight of the term: any scalar of the graph. */
  public ContrastiveLoss weight(SDVariable value) {
    weight = TermWeight.of(value);
    return this;
  }

  /** Set before all names, to tell several layers apart. */
  public ContrastiveLoss prefix(String value) {
    prefix = value;
    return this;
  }

  /** Compares with the central states before training, instead of those of the same step. */
  public ContrastiveLoss pivotAtReference() {
    pivotAtReference = true;
    return this;
  }

  /**
   * Adds the term to a graph and to its losses.
   *
   * @param now states of the model that is trained
   */
  public WeightedTerm attach(LensBatch batch, LensStates now) {
    return attach(batch, now, null);
  }

  /**
   * The same beside states before training.
   *
   * @param before read with {@link #pivotAtReference} only; may be null without
   */
  public WeightedTerm attach(LensBatch batch, LensStates now, LensStates before) {
    if (pivotAtReference && before == null) {
      throw new IllegalArgumentException(
          "pivotAtReference compares with the states before training, which are null");
    }
    int hidden = fitted.apply(coordinates).hidden();
    AttachChecks.requireStates(batch, "states", now, hidden);
    if (pivotAtReference) {
      AttachChecks.requireStates(batch, "states before training", before, hidden);
      AttachChecks.requireOther(now, before);
    }
    return attach(
        batch.sameDiff(),
        batch.central(pivotAtReference ? before : now),
        batch.target(now),
        batch.pairLanguage(),
        batch.pairWeight(),
        batch.central(),
        batch.targets());
  }

  /**
   * The same on rows that are picked already: the low-level form.
   *
   * @param central states of the central texts, one a pair, {@code [pairs, hidden]}
   * @param target states of the target texts, {@code [pairs, hidden]}
   * @param pairLanguage one 1 a row, {@code [pairs, targets]}
   * @param pairWeight {@code [pairs]}
   */
  public WeightedTerm attach(
      SameDiff sd,
      SDVariable central,
      SDVariable target,
      SDVariable pairLanguage,
      SDVariable pairWeight,
      String centralLanguage,
      List<String> targets) {
    AttachChecks.requireNew(sd, prefix + CONTRAST);
    weight.requireGraph(sd, "contrast");
    LayerGeometry geometry = fitted.apply(coordinates);
    Contrast contrast = new Contrast(sd, prefix + CONTRAST, geometry, coordinates);
    SDVariable c = contrast.centralView(central, centralLanguage);
    SDVariable t = contrast.targetView(target, pairLanguage, targets);
    SDVariable term =
        contrast.term(
            contrast.seenIn(region, similarity, c),
            contrast.seenIn(region, similarity, t),
            similarity,
            temperature,
            pairLanguage,
            targets.size(),
            pairWeight);
    return WeightedTerm.attach(sd, term, weight);
  }
}
