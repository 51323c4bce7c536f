package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.Encoder;
import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The rows of an encoder's learned positions, see {@link Encoder#positions}: some families count
 * from behind the padding's own, and leave padding tokens inside of a text out of the count.
 */
final class EncoderPositions {
  private EncoderPositions() {}

  /**
   * Of texts one behind the other.
   *
   * @param ids INT {@code [rows]}
   * @param places of each row in its text, from 0, INT {@code [rows]}
   * @param mask 0 where one row sees another, far below it elsewhere, {@code [1, rows, rows]}
   * @return INT {@code [rows]}
   */
  static SDVariable packed(
      SameDiff sd, ModelConfig config, SDVariable ids, SDVariable places, SDVariable mask) {
    int padding = config.structure().encoder().padding();
    if (padding < 0) {
      return places;
    }
    SDVariable place = places.castTo(DataType.FLOAT);
    SDVariable paddings = ids.eq(padding).castTo(DataType.FLOAT);
    SDVariable together = sd.squeeze(mask.gt(-1).castTo(DataType.FLOAT), 0);
    SDVariable earlier =
        sd.reshape(place, -1, 1).gt(sd.reshape(place, 1, -1)).castTo(DataType.FLOAT);
    SDVariable before = sd.mmul(together.mul(earlier), sd.reshape(paddings, -1, 1));
    return rows(place.sub(sd.reshape(before, -1)), paddings, padding);
  }

  /**
   * Of texts side by side.
   *
   * @param ids INT {@code [batch, seq]}
   * @param present 1 for a token of a text, 0 for what fills it up, {@code [batch, seq]}
   * @return INT {@code [batch, seq]}
   */
  static SDVariable padded(SameDiff sd, ModelConfig config, SDVariable ids, SDVariable present) {
    int padding = config.structure().encoder().padding();
    SDVariable paddings = ids.eq(padding).castTo(DataType.FLOAT);
    SDVariable counted = present.mul(paddings.rsub(1));
    SDVariable place = sd.cumsum(counted, false, false, 1).sub(counted);
    return rows(place, paddings, padding);
  }

  private static SDVariable rows(SDVariable place, SDVariable paddings, int padding) {
    SDVariable counted = place.add(padding + 1).mul(paddings.rsub(1));
    return counted.add(paddings.mul(padding)).castTo(DataType.INT);
  }
}
