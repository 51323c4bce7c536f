package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;

/**
 * Narrows floats to stored elements, rounding to nearest, ties to even; in blocks as ggml does,
 * ties away from zero.
 */
final class FloatEncoder {
  private FloatEncoder() {}

  /**
   * Encodes at the buffer's position and advances it.
   *
   * @param dtype F64, F32, F16, BF16 or Q8_0
   * @param count a multiple of the type's block
   * @param target little-endian
   */
  static void encode(DType dtype, float[] source, int count, ByteBuffer target) {
    switch (dtype) {
      case F32 -> {
        target.asFloatBuffer().put(source, 0, count);
        target.position(target.position() + 4 * count);
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target.putDouble(source[i]);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(Halves.floatToF16(source[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(Halves.floatToBf16(source[i]));
        }
      }
      case Q8_0 -> {
        for (int i = 0; i < count; i += dtype.blockElements()) {
          block8(source, i, target);
        }
      }
      default -> throw new IllegalArgumentException("Cannot write block format " + dtype);
    }
  }

  /** A scale in half precision, then 32 bytes. */
  private static void block8(float[] source, int from, ByteBuffer target) {
    float most = 0;
    for (int i = from; i < from + 32; i++) {
      most = Math.max(most, Math.abs(source[i]));
    }
    float scale = most / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    target.putShort(Halves.floatToF16(scale));
    for (int i = from; i < from + 32; i++) {
      float x = source[i] * inverse;
      target.put((byte) (x < 0 ? Math.ceil(x - 0.5) : Math.floor(x + 0.5)));
    }
  }
}
