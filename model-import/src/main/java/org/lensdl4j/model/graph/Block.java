package org.lensdl4j.model.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Neighbouring texts of a packed batch whose attention is computed on its own, so that scores grow
 * with the square of a block's tokens, not of the batch's.
 *
 * @param asking begin and size of its rows among the queries, {@code [rows, heads, headDim]}
 * @param answering begin and size of its own rows among keys and values, {@code [rows,
 *     keyValueHeads, headDim]}; the first block's begin at row 0
 * @param shared begin and size of the rows that all texts share; null where there are none, or they
 *     are among its own
 * @param mask {@code [1, group * asking, shared + answering]}
 */
record Block(Range asking, Range answering, Range shared, SDVariable mask) {
  /** Begin and size as placeholders, INT {@code [3]}. */
  record Range(SDVariable begin, SDVariable size) {
    /** The placeholders {@code name_begin} and {@code name_size}, made if they are new. */
    static Range placeHolder(SameDiff sd, String name) {
      return new Range(of(sd, name + BEGIN), of(sd, name + SIZE));
    }

    private static SDVariable of(SameDiff sd, String name) {
      return sd.hasVariable(name)
          ? sd.getVariable(name)
          : sd.placeHolder(name, DataType.INT, new long[] {3});
    }

    SDVariable of(SameDiff sd, SDVariable x) {
      return sd.slice(x, begin, size);
    }
  }

  static final String BEGIN = "_begin";
  static final String SIZE = "_size";
  static final String ASKING = "_queries";
  static final String ANSWERING = "_keys";
  static final String SHARED = "shared_keys";

  /** What the names of a block's placeholders begin with. */
  static String name(String prefix, int block) {
    return prefix + "block" + block;
  }

  /**
   * The blocks as placeholders.
   *
   * @param rows what names of the asking rows begin with
   * @param masks what names of masks begin with
   */
  static List<Block> placeHolders(
      SameDiff sd, int count, boolean shared, String rows, String masks) {
    Block[] out = new Block[count];
    for (int b = 0; b < count; b++) {
      out[b] =
          new Block(
              Range.placeHolder(sd, name(rows, b) + ASKING),
              Range.placeHolder(sd, name("", b) + ANSWERING),
              shared && b > 0 ? Range.placeHolder(sd, SHARED) : null,
              sd.placeHolder(
                  name(masks, b) + "_" + TransformerGraph.MASK, DataType.FLOAT, 1, -1, -1));
    }
    return List.of(out);
  }

  /** Keys or values that it sees, {@code [shared + answering, keyValueHeads, headDim]}. */
  SDVariable seen(SameDiff sd, SDVariable x) {
    SDVariable own = answering.of(sd, x);
    return shared == null ? own : sd.concat(0, shared.of(sd, x), own);
  }
}
