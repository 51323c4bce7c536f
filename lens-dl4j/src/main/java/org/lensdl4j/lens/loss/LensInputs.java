package org.lensdl4j.lens.loss;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The rows that the terms compare. One row is one pair of a target language's text and its parallel
 * text in the central language; rows of several languages lie one below the other. What a term that
 * is off would need may be null.
 *
 * @param central states of the central texts at their last token, repeated for each target, {@code
 *     [pairs, hidden]}; for {@code align}
 * @param target states of the target texts at their last token, {@code [pairs, hidden]}; for {@code
 *     align} and {@code separate}
 * @param reference {@code target} before training, {@code [pairs, hidden]}; for {@code separate}
 * @param displacement coordinates in the specific subspace of how far each target is to move,
 *     {@code lambda_l S^T delta_l}, {@code [pairs, rank]}; for {@code separate}
 * @param pairWeight what a pair counts for, {@code [pairs]}: 1 / (number of pairs of its language),
 *     so that each language's term is a mean over its pairs
 * @param mean states of the central texts averaged over their tokens, {@code [texts, hidden]}; for
 *     {@code retain}
 * @param referenceMean {@code mean} before training, {@code [texts, hidden]}; for {@code retain}
 */
public record LensInputs(
    SDVariable central,
    SDVariable target,
    SDVariable reference,
    SDVariable displacement,
    SDVariable pairWeight,
    SDVariable mean,
    SDVariable referenceMean) {}
