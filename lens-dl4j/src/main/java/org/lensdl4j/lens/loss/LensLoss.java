package org.lensdl4j.lens.loss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.lensdl4j.lens.space.LanguageSpace;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * {@code loss = w_align align + w_separate separate + w_retain retain} (method.md section 3).
 *
 * <ul>
 *   <li>{@code align}: sum over targets l of MSE(P_A h_c, P_A h_l), the pull in the agnostic
 *       subspace;
 *   <li>{@code separate}: sum over targets l of MSE(P_S h_l - P_S h~_l, lambda_l delta_l), the push
 *       in the specific one;
 *   <li>{@code retain}: MSE(mean h_c, mean h~_c), which holds the central language;
 *   <li>{@code retainTargets}, off by default and not of the paper: the same of the target
 *       languages, a loss of its own beside the sum.
 * </ul>
 *
 * h is a state of the model that is trained and h~ the same state before training. A mean squared
 * error is a mean over pairs and over the hidden size d. Both subspaces have orthonormal bases, so
 * norms are taken on coordinates ({@code [pairs, r]}) and no d x d projector is ever made. A weight
 * of 0 leaves its term out of the graph.
 *
 * <pre>{@code
 * LensBatch batch = LensBatch.in(sd, "en", List.of("sw", "zh"));
 * LensTerms terms =
 *     LensLoss.of(space, 30)
 *         .lambda("sw", 0.5)
 *         .attach(batch, LensStates.of(hidden, mask), LensStates.of(frozen, mask));
 * }</pre>
 *
 * <p>The weighted sum joins the losses that the graph has; none is replaced. Several layers are
 * several of these, each with its own {@link #prefix} and {@link #weight}. Needs nothing but
 * SameDiff: attach it to the states of any model, FLOAT or DOUBLE.
 */
public final class LensLoss {
  /** Name of the weighted sum. */
  public static final String LOSS = "lens_loss";

  /** Name of the unweighted alignment term. */
  public static final String ALIGN = "lens_align";

  /** Name of the unweighted separation term. */
  public static final String SEPARATE = "lens_separate";

  /** Name of the unweighted retention term. */
  public static final String RETAIN = "lens_retain";

  /** Name of the unweighted retention term of the targets; weighted with {@code _loss} after it. */
  public static final String RETAIN_TARGETS = "lens_retain_targets";

  /** The central language of the space; null if there is none. */
  private final String central;

  private final Function<Coordinates, LayerGeometry> fitted;
  private final Map<String, Double> lambdas = new LinkedHashMap<>();
  private Coordinates coordinates;
  private LayerGeometry geometry;
  private String prefix = "";
  private TermWeight all = TermWeight.of("the sum", 1);
  private TermWeight align = TermWeight.of("align", 1);
  private TermWeight separate = TermWeight.of("separate", 1);
  private TermWeight retain = TermWeight.of("retain", 1);
  private TermWeight retainTargets = TermWeight.of("retainTargets", 0);
  private boolean pivotAtReference;

  private LensLoss(
      String central, Coordinates coordinates, Function<Coordinates, LayerGeometry> fitted) {
    this.central = central;
    this.fitted = fitted;
    this.coordinates = coordinates;
    this.geometry = fitted.apply(coordinates);
  }

  /**
   * A loss over two subspaces, all weights 1.
   *
   * @param agnostic orthonormal rows {@code [q, hidden]}; copied
   * @param specific orthonormal rows {@code [r, hidden]}; copied
   */
  public static LensLoss of(INDArray agnostic, INDArray specific) {
    return of(agnostic, specific, Map.of());
  }

  /**
   * A loss over two subspaces, all weights and lambdas 1.
   *
   * @param agnostic orthonormal rows {@code [q, hidden]}; copied
   * @param specific orthonormal rows {@code [r, hidden]}; copied
   * @param directions of the target languages from the central one, {@code [hidden]} each
   */
  public static LensLoss of(
      INDArray agnostic, INDArray specific, Map<String, double[]> directions) {
    LayerGeometry given = LayerGeometry.of(agnostic, specific, directions);
    return new LensLoss(null, Coordinates.raw(), c -> given);
  }

  /**
   * A loss over the subspaces of one layer, with the directions of its languages; all weights and
   * lambdas 1.
   *
   * @param layer 1..K; layer K is the state after the final norm
   */
  public static LensLoss of(LanguageSpace space, int layer) {
    return new LensLoss(
        space.central(), Coordinates.of(space, layer), c -> LayerGeometry.of(space, layer, c));
  }

  /** Weight of the pull; 0 is off. */
  public LensLoss align(double weight) {
    align = TermWeight.of("align", weight);
    return this;
  }

  /** Weight of the pull, by iteration or epoch. */
  public LensLoss align(ISchedule weight) {
    align = TermWeight.of(weight);
    return this;
  }

  /** Weight of the pull: any scalar of the graph, such as a placeholder. */
  public LensLoss align(SDVariable weight) {
    align = TermWeight.of(weight);
    return this;
  }

  /** Weight of the push; 0 is off. */
  public LensLoss separate(double weight) {
    separate = TermWeight.of("separate", weight);
    return this;
  }

  /** Weight of the push, by iteration or epoch. */
  public LensLoss separate(ISchedule weight) {
    separate = TermWeight.of(weight);
    return this;
  }

  /** Weight of the push: any scalar of the graph, such as a placeholder. */
  public LensLoss separate(SDVariable weight) {
    separate = TermWeight.of(weight);
    return this;
  }

  /** Weight of the term that holds the central language; 0 is off. */
  public LensLoss retain(double weight) {
    retain = TermWeight.of("retain", weight);
    return this;
  }

  /** Weight of the term that holds the central language, by iteration or epoch. */
  public LensLoss retain(ISchedule weight) {
    retain = TermWeight.of(weight);
    return this;
  }

  /** Weight of the term that holds the central language: any scalar of the graph. */
  public LensLoss retain(SDVariable weight) {
    retain = TermWeight.of(weight);
    return this;
  }

  /** Weight of the term that holds the target languages; 0, the default, is off. */
  public LensLoss retainTargets(double weight) {
    retainTargets = TermWeight.of("retainTargets", weight);
    return this;
  }

  /** Weight of the term that holds the target languages, by iteration or epoch. */
  public LensLoss retainTargets(ISchedule weight) {
    retainTargets = TermWeight.of(weight);
    return this;
  }

  /** Weight of the term that holds the target languages: any scalar of the graph. */
  public LensLoss retainTargets(SDVariable weight) {
    retainTargets = TermWeight.of(weight);
    return this;
  }

  /** Weight of all terms together, such as that of one layer among several; 1 by default. */
  public LensLoss weight(double weight) {
    all = TermWeight.of("the sum", weight);
    return this;
  }

  /** Weight of all terms together, by iteration or epoch. */
  public LensLoss weight(ISchedule weight) {
    all = TermWeight.of(weight);
    return this;
  }

  /** Weight of all terms together: any scalar of the graph. */
  public LensLoss weight(SDVariable weight) {
    all = TermWeight.of(weight);
    return this;
  }

  /** How far {@code separate} moves a language along its direction; 1 by default, may be 0. */
  public LensLoss lambda(String language, double lambda) {
    if (!Double.isFinite(lambda)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "lambda of %s is %s, expected a number", language, lambda));
    }
    lambdas.put(language, lambda);
    return this;
  }

  /** Lambdas of several languages. */
  public LensLoss lambdas(Map<String, Double> byLanguage) {
    byLanguage.forEach(this::lambda);
    return this;
  }

  /**
   * Coordinates that all terms are measured in; by default those of the {@link LanguageSpace}, or
   * raw. The subspaces of a space of raw coordinates are fitted again in others; plain bases and
   * directions must be given in them.
   *
   * @throws org.lensdl4j.model.base.LensException if the space is of other, not raw coordinates
   */
  public LensLoss coordinates(Coordinates value) {
    geometry = fitted.apply(value);
    value.requireSize(geometry.hidden());
    coordinates = value;
    return this;
  }

  /** Pulls towards the central states before training, instead of those of the same step. */
  public LensLoss pivotAtReference() {
    pivotAtReference = true;
    return this;
  }

  /** Set before all names, to tell several layers apart: {@code "layer20_"}. */
  public LensLoss prefix(String value) {
    prefix = value;
    return this;
  }

  /**
   * How far {@code separate} moves a language, in coordinates of the specific subspace: {@code
   * lambda_l S^T delta_l}, {@code [rank]}; what {@link LensInputs#displacement} holds.
   */
  public double[] displacement(String language) {
    return geometry.displacement(language, lambdas.getOrDefault(language, 1.0));
  }

  /**
   * Adds the terms to a graph and the weighted sum to its losses.
   *
   * @param now states of the model that is trained
   * @param before the same states before training; may be null if neither {@code separate} nor
   *     {@code retain} is on. Nothing is trained through them if they are placeholders or hang on
   *     constants only
   * @throws IllegalArgumentException if all terms are off, what a term needs is missing, or what is
   *     known of the states does not fit batch and subspaces
   */
  public LensTerms attach(LensBatch batch, LensStates now, LensStates before) {
    requireFitting(batch, now, before);
    boolean alignOn = !align.isOff();
    boolean separateOn = !separate.isOff();
    boolean retainOn = !retain.isOff();
    LensInputs in =
        new LensInputs(
            alignOn ? batch.central(pivotAtReference ? before : now) : null,
            alignOn || separateOn ? batch.target(now) : null,
            separateOn ? batch.target(before) : null,
            separateOn ? displacement(batch) : null,
            batch.pairWeight(),
            retainOn ? batch.centralMean(now) : null,
            retainOn ? batch.centralMean(before) : null);
    SameDiff sd = batch.sameDiff();
    if (retainTargets.isOff()) {
      return attach(sd, in, terms -> null);
    }
    SDVariable mean = batch.targetMean(now);
    SDVariable meanBefore = batch.targetMean(before);
    return attach(
        sd,
        in,
        terms ->
            WeightedTerm.attach(
                sd, terms.retain(RETAIN_TARGETS, mean, meanBefore), retainTargets, all));
  }

  private void requireFitting(LensBatch batch, LensStates now, LensStates before) {
    AttachChecks.requireNew(batch.sameDiff(), prefix + LOSS);
    boolean compares =
        !separate.isOff() || !retain.isOff() || !retainTargets.isOff() || pivotAtReference;
    if (before == null && compares) {
      throw new IllegalArgumentException(
          "separate, retain and pivotAtReference compare with the states before training, which are null");
    }
    if (central != null && !central.equals(batch.central())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the batch compares with %s, the language space with %s: expected the same central language",
              batch.central(),
              central));
    }
    if (!batch.targets().containsAll(lambdas.keySet())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "lambdas are of %s, expected languages among the targets %s",
              lambdas.keySet(),
              batch.targets()));
    }
    AttachChecks.requireStates(batch, "states", now, geometry.hidden());
    if (before != null) {
      AttachChecks.requireStates(batch, "states before training", before, geometry.hidden());
      AttachChecks.requireOther(now, before);
    }
  }

  private SDVariable displacement(LensBatch batch) {
    List<String> targets = batch.targets();
    double[][] table = new double[targets.size()][];
    for (int l = 0; l < table.length; l++) {
      table[l] = displacement(targets.get(l));
    }
    SDVariable language = batch.pairLanguage();
    SameDiff sd = batch.sameDiff();
    return sd.mmul(
        language,
        Losses.constant(sd, prefix + "lens_displacement_table", table, language.dataType()));
  }

  /**
   * The same on rows that are picked already: the low-level form.
   *
   * @throws IllegalArgumentException if all terms are off, or an input that a term needs is null
   */
  public LensTerms attach(SameDiff sd, LensInputs in) {
    if (!retainTargets.isOff()) {
      throw new IllegalArgumentException(
          "retainTargets reads the target texts of a LensBatch: attach to one");
    }
    return attach(sd, in, terms -> null);
  }

  private LensTerms attach(SameDiff sd, LensInputs in, Function<Terms, WeightedTerm> beside) {
    if (align.isOff() && separate.isOff() && retain.isOff() || all.isOff()) {
      throw new IllegalArgumentException(
          "align, separate and retain are all 0: there is nothing to train for");
    }
    AttachChecks.requireNew(sd, prefix + LOSS);
    Map.of("align", align, "separate", separate, "retain", retain, "all terms", all)
        .forEach((term, weight) -> weight.requireGraph(sd, term));
    Terms terms = new Terms(sd, prefix, geometry, coordinates);
    if (!align.isOff()) {
      terms.addAlign(in, align);
    }
    if (!separate.isOff()) {
      terms.addSeparate(in, separate);
    }
    if (!retain.isOff()) {
      terms.addRetain(in, retain);
    }
    return terms.attach(all, beside.apply(terms));
  }
}
