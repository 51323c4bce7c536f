package org.lensdl4j.model.trunk;

/**
 * The head's scores of one state.
 *
 * @param logProbabilities natural logarithms, of the requested tokens in their order
 * @param best the likeliest token of all; among equals the one with the lowest id
 */
public record TokenScores(double[] logProbabilities, int best) {}
