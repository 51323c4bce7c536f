package org.lensdl4j.model.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What attention needs to know of rows (positions, masks), for layers of one kind.
 *
 * @param cos {@code [chosen, 1, headDim]}; null without rotary embedding
 * @param sin {@code [chosen, 1, headDim]}; null without rotary embedding
 * @param mask additive, of a shape that broadcasts to the layout's scores: packed {@code [1, group
 *     * chosen, rows]}, padded {@code [batch, 1, group * seq, seq]}; includes biases by distance,
 *     and then has an axis of {@code heads} in place of the 1 before the queries'; null where
 *     blocks have their own masks
 * @param keyPositions where keys stand, for ALiBi, null without: packed {@code [1, 1, rows]},
 *     padded {@code [batch, 1, 1, seq]}
 * @param blocks of a packed batch that attend apart; empty if all attend together
 */
record AttentionInputs(
    SDVariable cos, SDVariable sin, SDVariable mask, SDVariable keyPositions, List<Block> blocks) {
  /** All rows attend together. */
  AttentionInputs(SDVariable cos, SDVariable sin, SDVariable mask, SDVariable keyPositions) {
    this(cos, sin, mask, keyPositions, List.of());
  }
}
