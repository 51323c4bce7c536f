package org.lensdl4j.model.weights;

/** 16-bit floats, as plain {@code short} bits: widening is exact, narrowing rounds to even. */
public final class Halves {
  private Halves() {}

  /** Widens IEEE half precision. */
  public static float f16ToFloat(short bits) {
    return Table.F16[bits & 0xffff];
  }

  /** Widens bfloat16. */
  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to bfloat16, nearest, ties to even; NaN stays NaN. */
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** Rounds to IEEE half precision, nearest, ties to even; too large becomes infinite. */
  public static short floatToF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x477ff000) { // 65520 and above round to infinity
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x33000001) { // 2^-25 and below round to zero
      return (short) sign;
    }
    int exponent = (magnitude >>> 23) - 127;
    int mantissa = (magnitude & 0x7fffff) | 0x800000;
    // A normal half drops 13 bits; a subnormal one drops one more for each missing exponent.
    int drop = exponent >= -14 ? 13 : 13 + (-14 - exponent);
    int kept = mantissa >>> drop;
    int rest = mantissa & ((1 << drop) - 1);
    int half = 1 << (drop - 1);
    if (rest > half || (rest == half && (kept & 1) == 1)) {
      kept++;
    }
    // A carry out of the mantissa correctly increments the exponent field.
    int base = exponent >= -14 ? (exponent + 14) << 10 : 0;
    return (short) (sign | (base + kept));
  }

  private static final class Table {
    static final float[] F16 = new float[1 << 16];

    static {
      for (int i = 0; i < F16.length; i++) {
        int exponent = (i >>> 10) & 31;
        int mantissa = i & 0x3ff;
        float magnitude;
        if (exponent == 0) {
          magnitude = mantissa * 0x1p-24f;
        } else if (exponent == 31) {
          magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
          magnitude = Float.intBitsToFloat(((exponent + 112) << 23) | (mantissa << 13));
        }
        F16[i] = (i & 0x8000) == 0 ? magnitude : -magnitude;
      }
    }
  }
}
