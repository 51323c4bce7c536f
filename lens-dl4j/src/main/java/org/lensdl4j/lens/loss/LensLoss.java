package org.lensdl4j.lens.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code loss = w_align align + w_separate separate + w_retain retain} (method.md section 3).
 *
 * <ul>
 *   <li>{@code align}: sum over targets l of MSE(P_A h_c, P_A h_l), the pull in the agnostic
 *       subspace;
 *   <li>{@code separate}: sum over targets l of MSE(P_S h_l - P_S h~_l, lambda_l delta_l), the push
 *       in the specific one;
 *   <li>{@code retain}: MSE(mean h_c, mean h~_c), which holds the central language.
 * </ul>
 *
 * A mean squared error is a mean over pairs and over the hidden size d. Both subspaces have
 * orthonormal bases, so norms are taken on coordinates ({@code [pairs, r]}) and no d x d projector
 * is ever made. A weight of 0 leaves its term out of the graph.
 *
 * <p>Needs nothing but SameDiff: attach it to the states of any model.
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

  private final INDArray agnostic;
  private final INDArray specific;
  private double align = 1;
  private double separate = 1;
  private double retain = 1;

  private LensLoss(INDArray agnostic, INDArray specific) {
    this.agnostic = agnostic;
    this.specific = specific;
  }

  /**
   * A loss over two subspaces, all weights 1.
   *
   * @param agnostic orthonormal rows {@code [q, hidden]}, FLOAT; copied when attached
   * @param specific orthonormal rows {@code [r, hidden]}, FLOAT; copied when attached
   */
  public static LensLoss of(INDArray agnostic, INDArray specific) {
    requireMatrix("agnostic", agnostic);
    requireMatrix("specific", specific);
    if (agnostic.size(1) != specific.size(1)) {
      throw new IllegalArgumentException(
          "the agnostic basis has %d columns and the specific one %d: both must have the hidden size"
              .formatted(agnostic.size(1), specific.size(1)));
    }
    return new LensLoss(agnostic, specific);
  }

  private static void requireMatrix(String name, INDArray basis) {
    if (basis.rank() != 2) {
      throw new IllegalArgumentException(
          "the %s basis has rank %d, expected a matrix [directions, hidden]"
              .formatted(name, basis.rank()));
    }
  }

  /** Weight of the pull; 0 is off. */
  public LensLoss align(double weight) {
    align = checked("align", weight);
    return this;
  }

  /** Weight of the push; 0 is off. */
  public LensLoss separate(double weight) {
    separate = checked("separate", weight);
    return this;
  }

  /** Weight of the term that holds the central language; 0 is off. */
  public LensLoss retain(double weight) {
    retain = checked("retain", weight);
    return this;
  }

  private static double checked(String name, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "weight of %s is %s, expected 0 or a positive number".formatted(name, weight));
    }
    return weight;
  }

  /**
   * Adds the terms to a graph and marks the sum as its loss.
   *
   * @throws IllegalArgumentException if all terms are off, or an input that a term needs is null
   */
  public LensTerms attach(SameDiff sd, LensInputs in) {
    if (align == 0 && separate == 0 && retain == 0) {
      throw new IllegalArgumentException(
          "align, separate and retain are all 0: there is nothing to train for");
    }
    SDVariable alignPairs = null;
    SDVariable separatePairs = null;
    SDVariable alignTerm = null;
    SDVariable separateTerm = null;
    SDVariable retainTerm = null;
    SDVariable sum = null;
    if (align > 0) {
      alignPairs =
          alignPairs(
              sd, needed("align", "central", in.central()), needed("align", "target", in.target()));
      alignTerm = alignPairs.mul(needed("align", "pairWeight", in.pairWeight())).sum(ALIGN, 0);
      sum = plus(sum, alignTerm, align);
    }
    if (separate > 0) {
      separatePairs = separatePairs(sd, in);
      separateTerm =
          separatePairs.mul(needed("separate", "pairWeight", in.pairWeight())).sum(SEPARATE, 0);
      sum = plus(sum, separateTerm, separate);
    }
    if (retain > 0) {
      SDVariable change =
          needed("retain", "mean", in.mean())
              .sub(needed("retain", "referenceMean", in.referenceMean()));
      retainTerm = sd.math.square(change).mean(RETAIN, 0, 1);
      sum = plus(sum, retainTerm, retain);
    }
    SDVariable loss = sum.rename(LOSS);
    sd.setLossVariables(LOSS);
    return new LensTerms(loss, alignTerm, separateTerm, retainTerm, alignPairs, separatePairs);
  }

  private SDVariable alignPairs(SameDiff sd, SDVariable central, SDVariable target) {
    SDVariable basis = sd.constant("lens_agnostic_basis", agnostic.dup('c'));
    SDVariable difference = coordinates(sd, central.sub(target), basis, agnostic.size(0));
    return perPair(sd, "lens_align_pairs", difference, agnostic.size(0));
  }

  private SDVariable separatePairs(SameDiff sd, LensInputs in) {
    SDVariable basis = sd.constant("lens_specific_basis", specific.dup('c'));
    SDVariable moved =
        needed("separate", "target", in.target())
            .sub(needed("separate", "reference", in.reference()));
    SDVariable displacement = needed("separate", "displacement", in.displacement());
    if (specific.size(0) == 1) {
      displacement = sd.reshape(displacement, -1);
    }
    SDVariable off = coordinates(sd, moved, basis, specific.size(0)).sub(displacement);
    return perPair(sd, "lens_separate_pairs", off, specific.size(0));
  }

  /**
   * {@code [pairs, directions]}, or {@code [pairs]} for a single direction: SameDiff 1.0.0-M2.1
   * fails at sums over an axis of size 1 and at the gradient of products that yield {@code [1, 1]}.
   */
  private static SDVariable coordinates(
      SameDiff sd, SDVariable states, SDVariable basis, long directions) {
    return directions == 1 ? states.mul(basis).sum(1) : sd.mmul(states, basis, false, true, false);
  }

  private SDVariable perPair(SameDiff sd, String name, SDVariable coordinates, long directions) {
    SDVariable squares = sd.math.square(coordinates);
    return (directions == 1 ? squares : squares.sum(1)).mul(name, 1.0 / agnostic.size(1));
  }

  private static SDVariable plus(SDVariable sum, SDVariable term, double weight) {
    SDVariable weighted = term.mul(weight);
    return sum == null ? weighted : sum.add(weighted);
  }

  private static SDVariable needed(String term, String input, SDVariable value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "term %s needs the input %s, which is null".formatted(term, input));
    }
    return value;
  }
}
