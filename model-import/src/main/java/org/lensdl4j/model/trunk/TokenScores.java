package org.lensdl4j.model.trunk;

/**
 * What the head makes of one state.
 *
 * @param logProbabilities natural logarithms, of the tokens asked for in their order
 * @param best the likeliest token of all; the one with the lowest id among equals
 */
public record TokenScores(double[] logProbabilities, int best) {}
