package org.lensdl4j.lens.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What the losses read of each text of a batch: the state of its last real token and the mean over
 * its real tokens.
 *
 * @param last {@code [batch, hidden]}
 * @param mean {@code [batch, hidden]}; only {@code retain} reads it
 */
public record LensStates(SDVariable last, SDVariable mean) {
  /**
   * Reads them off token states. Padding may be on either side.
   *
   * @param hidden {@code [batch, seq, hidden]}
   * @param mask {@code [batch, seq]}, 1 for a real token and 0 for padding; any type. A row without
   *     real tokens yields zeros
   * @throws IllegalArgumentException if there is no mask, or shapes that are known do not fit
   */
  public static LensStates of(SDVariable hidden, SDVariable mask) {
    AttachChecks.requireTokens(hidden, mask);
    SameDiff sd = hidden.getSameDiff();
    SDVariable real = mask.dataType() == hidden.dataType() ? mask : mask.castTo(hidden.dataType());
    // The last real token is the one with no real token after it.
    SDVariable after = sd.cumsum(real, true, true, 1);
    SDVariable isLast = real.mul(sd.eq(after, 0.0).castTo(hidden.dataType()));
    SDVariable weight = sd.expandDims(real, 2);
    SDVariable count = weight.sum(1);
    SDVariable divisor = count.add(sd.eq(count, 0.0).castTo(hidden.dataType()));
    return new LensStates(
        hidden.mul(sd.expandDims(isLast, 2)).sum(1), hidden.mul(weight).sum(1).div(divisor));
  }

  /** States that are one a text already: they stand for both. {@code [batch, hidden]}. */
  public static LensStates of(SDVariable states) {
    AttachChecks.requireRank(states, 2, "one row a text, [batch, hidden]; tokens need a mask");
    return new LensStates(states, states);
  }

  /**
   * New placeholders {@code name_last} and {@code name_mean}, {@code [batch, hidden]}, for states
   * that were computed before, such as a cached reference.
   */
  public static LensStates placeholders(SameDiff sd, String name, DataType type, long hidden) {
    return new LensStates(
        sd.placeHolder(name + "_last", type, -1, hidden),
        sd.placeHolder(name + "_mean", type, -1, hidden));
  }
}
