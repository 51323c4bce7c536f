package org.lensdl4j.lens.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** The mean of rows' losses over the rows that count. */
final class CountedMean {
  private CountedMean() {}

  /**
   * Names the mean, and the rows' losses after it with {@code _rows}. Where nothing counts it is 0.
   *
   * @param losses {@code [rows]}
   * @param counted 0 or 1 each, of any shape with as many elements
   */
  static SDVariable of(SameDiff sd, String name, SDVariable losses, SDVariable counted) {
    DataType type = losses.dataType();
    SDVariable flat = sd.reshape(counted, -1);
    SDVariable share = flat.dataType() == type ? flat : flat.castTo(type);
    SDVariable count = share.sum(0);
    SDVariable divisor = count.add(sd.eq(count, 0.0).castTo(type));
    return losses.mul(name + "_rows", share).sum(0).div(name, divisor);
  }
}
