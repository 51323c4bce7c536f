package org.lensdl4j.lens.loss;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The variables that {@link LensLoss#attach} added. Those of a term that is off are null.
 *
 * @param loss the weighted sum, scalar
 * @param align unweighted, summed over target languages, scalar
 * @param separate unweighted, summed over target languages, scalar
 * @param retain unweighted, scalar
 * @param alignPairs each pair's mean squared difference in the agnostic subspace, {@code [pairs]}
 * @param separatePairs each pair's mean squared distance from its displacement, {@code [pairs]}
 */
public record LensTerms(
    SDVariable loss,
    SDVariable align,
    SDVariable separate,
    SDVariable retain,
    SDVariable alignPairs,
    SDVariable separatePairs) {}
