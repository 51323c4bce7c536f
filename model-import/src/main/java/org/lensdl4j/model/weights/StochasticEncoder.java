package org.lensdl4j.model.weights;

import java.nio.ByteBuffer;

/** Narrows floats to stored elements, up or down by chance, so that the mean is the value. */
final class StochasticEncoder {
  private StochasticEncoder() {}

  /** As {@link FloatEncoder#encode}, for elements of a tensor from the {@code at}th on. */
  static void encode(TensorForm form, float[] source, long at, int count, ByteBuffer target) {
    switch (form.dtype()) {
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(toF16(source[i], form, at + i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target.putShort(toBf16(source[i], form, at + i));
        }
      }
      case Q8_0 -> {
        for (int i = 0; i < count; i += form.dtype().blockElements()) {
          block8(source, i, form, at + i, target);
        }
      }
      default -> FloatEncoder.encode(form.dtype(), source, count, target);
    }
  }

  private static short toF16(float value, TensorForm form, long at) {
    short nearest = Halves.floatToF16(value);
    float found = Halves.f16ToFloat(nearest);
    // Bits of one sign are in the order of their magnitudes.
    short lower = Math.abs(found) > Math.abs(value) ? (short) (nearest - 1) : nearest;
    short upper = (short) (lower + 1);
    float low = Halves.f16ToFloat(lower);
    float high = Halves.f16ToFloat(upper);
    return up(value, low, high, form, at) ? upper : lower;
  }

  private static short toBf16(float value, TensorForm form, long at) {
    short lower = (short) (Float.floatToRawIntBits(value) >>> 16);
    short upper = (short) (lower + 1);
    float low = Halves.bf16ToFloat(lower);
    float high = Halves.bf16ToFloat(upper);
    return up(value, low, high, form, at) ? upper : lower;
  }

  private static boolean up(float value, float low, float high, TensorForm form, long at) {
    if (value == low || Float.isNaN(value) || Float.isInfinite(high)) {
      return false;
    }
    double share = ((double) value - low) / ((double) high - low);
    return form.rounding().chance(form.tensor(), at) < share;
  }

  private static void block8(
      float[] source, int from, TensorForm form, long at, ByteBuffer target) {
    float most = 0;
    for (int i = from; i < from + 32; i++) {
      most = Math.max(most, Math.abs(source[i]));
    }
    short bits = Halves.floatToF16(most / 127);
    if (Halves.f16ToFloat(bits) * 127 < most && bits < 0x7bff) {
      bits++; // so that the largest needs no cutting
    }
    double scale = Halves.f16ToFloat(bits);
    target.putShort(bits);
    for (int i = 0; i < 32; i++) {
      double x = scale == 0 ? 0 : source[from + i] / scale;
      double low = Math.floor(x);
      double q = low + (form.rounding().chance(form.tensor(), at + i) < x - low ? 1 : 0);
      target.put((byte) Math.max(-127, Math.min(127, q)));
    }
  }
}
