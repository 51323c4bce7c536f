package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Widens stored elements to floats. */
final class FloatDecoder {
  private FloatDecoder() {}

  /**
   * Decodes whole blocks.
   *
   * @param source little-endian
   * @param at byte offset in {@code source}
   * @param target receives {@code count} floats from {@code to} on
   * @param count a multiple of the type's block
   */
  static void decode(DType dtype, ByteBuffer source, int at, float[] target, int to, int count) {
    int bytes = count / dtype.blockElements() * dtype.blockBytes();
    ByteBuffer in = source.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> in.asFloatBuffer().get(target, to, count);
      case F64 -> {
        double[] values = new double[count];
        in.asDoubleBuffer().get(values);
        for (int i = 0; i < count; i++) {
          target[to + i] = (float) values[i];
        }
      }
      case F16 -> {
        short[] values = shorts(in, count);
        for (int i = 0; i < count; i++) {
          target[to + i] = Halves.f16ToFloat(values[i]);
        }
      }
      case BF16 -> {
        short[] values = shorts(in, count);
        for (int i = 0; i < count; i++) {
          target[to + i] = Halves.bf16ToFloat(values[i]);
        }
      }
      default -> {
        byte[] blocks = new byte[bytes];
        in.get(blocks);
        BlockDecoder.decode(dtype, blocks, target, to, count);
      }
    }
  }

  private static short[] shorts(ByteBuffer in, int count) {
    short[] values = new short[count];
    in.asShortBuffer().get(values);
    return values;
  }
}
