package org.lensdl4j.model.graph;

import org.nd4j.autodiff.samediff.SDVariable;

/** How a batch enters and leaves a graph; in between, states are {@code [rows, hidden]}. */
interface BatchForm {
  /** The states that enter the first layer, {@code [rows, hidden]}. */
  SDVariable rows();

  TokenLayout layout();

  /** Positions and attention of all rows. */
  RowContext all();

  /** Positions and attention of the rows that the last layer computes. */
  RowContext last();

  /** The rows of the last layer that come out. */
  SDVariable chosen(SDVariable rows);

  /**
   * Names what comes out, in the shape in which a user sees it.
   *
   * @param whole whether these are all rows of the batch
   * @return the rows, to go on with
   */
  SDVariable named(SDVariable rows, int width, boolean whole, String name);
}
