package org.lensdl4j.model.graph;

import org.lensdl4j.model.config.Encoder;
import org.lensdl4j.model.config.ModelConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The rows of an encoder's learned positions, see {@link Encoder#positions}: some families start
 * counting after the padding's position and skip padding tokens inside a text.
 */
final class EncoderPositions {
  private EncoderPositions() {}

  /**
   * Of texts one behind the other.
   *
   * @param ids INT {@code [rows]}
   * @param places of each row in its text, from 0, INT {@code [rows]}
   * @return INT {@code [rows]}
   */
  static SDVariable packed(SameDiff sd, ModelConfig config, SDVariable ids, SDVariable places) {
    int padding = config.structure().encoder().padding();
    if (padding < 0) {
      return places;
    }
    SDVariable place = places.castTo(DataType.FLOAT);
    SDVariable paddings = ids.eq(padding).castTo(DataType.FLOAT);
    SDVariable text = sd.cumsum(place.eq(0).castTo(DataType.FLOAT), false, false, 0);
    SDVariable together =
        sd.reshape(text, -1, 1).eq(sd.reshape(text, 1, -1)).castTo(DataType.FLOAT);
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
