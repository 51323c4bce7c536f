package org.lensdl4j.model.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * How the tokens of a batch are laid out in the rows of a layer. Everything but attention works row
 * by row; attention needs to know which rows belong together.
 *
 * <p>Query heads that share a key/value head (a group) are stacked, so that keys and values need
 * not be repeated.
 */
interface TokenLayout {
  /**
   * Queries as left factors.
   *
   * @param q {@code [rows, heads, headDim]}
   */
  SDVariable queries(SDVariable q);

  /**
   * Keys as right factors, transposed.
   *
   * @param k {@code [rows, keyValueHeads, headDim]}
   */
  SDVariable keys(SDVariable k);

  /**
   * Values as right factors.
   *
   * @param v {@code [rows, keyValueHeads * headDim]}
   */
  SDVariable values(SDVariable v);

  /** The axis of scores along which a query's shares add up to 1. */
  int keyAxis();

  /**
   * What attention yields, as rows again.
   *
   * @param mixed of the shape of {@link #queries}
   * @return {@code [rows, heads * headDim]}
   */
  SDVariable rows(SDVariable mixed);
}
