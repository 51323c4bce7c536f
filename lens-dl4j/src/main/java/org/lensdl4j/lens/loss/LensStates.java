package org.lensdl4j.lens.loss;

import org.lensdl4j.model.trunk.Pooling;
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
   *     real tokens yields zeros, one with other numbers, or a mask of another length, NaN
   * @throws IllegalArgumentException if there is no mask, or shapes that are known do not fit
   */
  public static LensStates of(SDVariable hidden, SDVariable mask) {
    AttachChecks.requireTokens(hidden, mask);
    SameDiff sd = hidden.getSameDiff();
    SDVariable real = real(hidden, mask);
    // The last real token is the one with no real token after it.
    SDVariable after = sd.cumsum(real, true, true, 1);
    SDVariable isLast = real.mul(sd.eq(after, 0.0).castTo(hidden.dataType()));
    return new LensStates(hidden.mul(sd.expandDims(isLast, 2)).sum(1), mean(hidden, real));
  }

  /** The mean of the states of chosen tokens; zeros where none is. */
  private static SDVariable mean(SDVariable hidden, SDVariable chosen) {
    SameDiff sd = hidden.getSameDiff();
    SDVariable weight = sd.expandDims(chosen, 2);
    SDVariable count = weight.sum(1);
    SDVariable divisor = count.add(sd.eq(count, 0.0).castTo(hidden.dataType()));
    return hidden.mul(weight).sum(1).div(divisor);
  }

  /**
   * Reads them off token states where a language space was probed.
   *
   * @param hidden {@code [batch, seq, hidden]}
   * @param mask {@code [batch, seq]}, 1 for a real token and 0 for padding
   * @param pooling of the probing: {@code LAST} is {@link #of(SDVariable, SDVariable)}; with others
   *     one state of each text stands for both
   */
  public static LensStates of(SDVariable hidden, SDVariable mask, Pooling pooling) {
    AttachChecks.requireTokens(hidden, mask);
    return switch (pooling) {
      case LAST -> of(hidden, mask);
      case MEAN -> of(mean(hidden, real(hidden, mask)));
      case FIRST -> of(first(hidden, mask, false));
      case REST -> of(first(hidden, mask, true));
    };
  }

  /**
   * The mask in the states' type. NaN, and with it every loss, where a mask has another length than
   * the states or holds anything but 0 and 1: one that is added to attention scores would count no
   * token, one of a single column every token, both without a word.
   */
  private static SDVariable real(SDVariable hidden, SDVariable mask) {
    SameDiff sd = hidden.getSameDiff();
    DataType type = hidden.dataType();
    SDVariable real = mask.dataType() == type ? mask : mask.castTo(type);
    SDVariable bits = sd.eq(real, 0.0).castTo(type).add(sd.eq(real, 1.0).castTo(type));
    SDVariable length = sd.eq(sd.sizeAt(mask, 1), sd.sizeAt(hidden, 1)).castTo(type);
    SDVariable fits = bits.mul(length);
    return real.mul(fits.div(fits));
  }

  /** The first real token's state, or the mean of all others; of a text of one token its state. */
  private static SDVariable first(SDVariable hidden, SDVariable mask, boolean others) {
    SameDiff sd = hidden.getSameDiff();
    SDVariable real = real(hidden, mask);
    SDVariable before = sd.cumsum(real, true, false, 1);
    SDVariable isFirst = real.mul(sd.eq(before, 0.0).castTo(hidden.dataType()));
    SDVariable chosen = isFirst;
    if (others) {
      // Not real.sum(true, 1), which ND4J cannot do where the axis has length 1.
      SDVariable tokens = sd.expandDims(real, 2).sum(1);
      SDVariable alone = sd.eq(tokens, 1.0).castTo(hidden.dataType());
      chosen = real.sub(isFirst).add(isFirst.mul(alone));
    }
    return mean(hidden, chosen);
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
