package org.lensdl4j.model.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Which rows a layer computes.
 *
 * @param choice one-hot {@code [chosen, rows]}, or null for all rows
 * @param cos {@code [chosen, 1, headDim]}
 * @param sin {@code [chosen, 1, headDim]}
 * @param mask additive, {@code [1, group * chosen, rows]}
 */
record RowContext(SDVariable choice, SDVariable cos, SDVariable sin, SDVariable mask) {}
