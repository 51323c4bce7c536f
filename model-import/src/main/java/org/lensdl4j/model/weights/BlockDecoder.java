package org.lensdl4j.model.weights;

/**
 * ggml's block formats, as in the reference code of {@code gguf.quants}: the same products and sums
 * in single precision in the same order, so that values are equal, not merely close.
 *
 * <p>Layouts (d, m: half-precision scale and offset; q: quants of 4 bits, the lower half of a byte
 * for the first half of a group; h: their fifth or upper bits):
 *
 * <pre>
 * Q4_0  d q[16]          d * (q - 8)         Q8_0  d int8[32]                   d * q
 * Q4_1  d m q[16]        d * q + m           Q4_K  d m s[12] q[128]             d*sc * q - m*mn
 * Q5_0  d h[4] q[16]     d * (q - 16)        Q5_K  d m s[12] h[32] q[128]       d*sc * q - m*mn
 * Q5_1  d m h[4] q[16]   d * q + m           Q6_K  q[128] h[64] int8 s[16] d    d*s * (q - 32)
 * </pre>
 */
final class BlockDecoder {
  private BlockDecoder() {}

  static void decode(DType dtype, byte[] in, float[] out, int to, int count) {
    int blocks = count / dtype.blockElements();
    for (int b = 0; b < blocks; b++) {
      int p = b * dtype.blockBytes();
      int o = to + b * dtype.blockElements();
      switch (dtype) {
        case Q4_0 -> q4(in, p + 2, half(in, p), 8, 0, out, o);
        case Q4_1 -> q4(in, p + 4, half(in, p), 0, half(in, p + 2), out, o);
        case Q5_0 -> q5(in, p + 2, half(in, p), 16, 0, out, o);
        case Q5_1 -> q5(in, p + 4, half(in, p), 0, half(in, p + 2), out, o);
        case Q8_0 -> q8(in, p, out, o);
        case Q4_K -> k45(in, p, false, out, o);
        case Q5_K -> k45(in, p, true, out, o);
        case Q6_K -> k6(in, p, out, o);
        default -> throw new IllegalArgumentException(dtype + " is not a block format");
      }
    }
  }

  private static void q4(byte[] in, int q, float d, int zero, float m, float[] out, int o) {
    for (int i = 0; i < 16; i++) {
      int v = in[q + i];
      out[o + i] = d * ((v & 15) - zero) + m;
      out[o + 16 + i] = d * (((v >> 4) & 15) - zero) + m;
    }
  }

  private static void q5(byte[] in, int p, float d, int zero, float m, float[] out, int o) {
    int h = (in[p] & 255) | (in[p + 1] & 255) << 8 | (in[p + 2] & 255) << 16 | in[p + 3] << 24;
    for (int i = 0; i < 16; i++) {
      int v = in[p + 4 + i];
      int low = (v & 15) | ((h >>> i) & 1) << 4;
      int high = ((v >> 4) & 15) | ((h >>> (16 + i)) & 1) << 4;
      out[o + i] = d * (low - zero) + m;
      out[o + 16 + i] = d * (high - zero) + m;
    }
  }

  private static void q8(byte[] in, int p, float[] out, int o) {
    float d = half(in, p);
    for (int i = 0; i < 32; i++) {
      out[o + i] = in[p + 2 + i] * d;
    }
  }

  /** Eight groups of 32; a pair of groups shares the low and high halves of 32 bytes. */
  private static void k45(byte[] in, int p, boolean five, float[] out, int o) {
    float d = half(in, p);
    float m = half(in, p + 2);
    int s = p + 4;
    int h = p + 16;
    int q = five ? p + 48 : p + 16;
    for (int g = 0; g < 8; g++) {
      float scale = d * sixBit(in, s, g, 0);
      float offset = m * sixBit(in, s, g, 4);
      int quants = q + 32 * (g / 2);
      int shift = 4 * (g % 2);
      for (int i = 0; i < 32; i++) {
        int v = (in[quants + i] >> shift) & 15;
        if (five) {
          v |= ((in[h + i] >> g) & 1) << 4;
        }
        out[o + 32 * g + i] = scale * v - offset;
      }
    }
  }

  /** Scale ({@code from} 0) or minimum (4) of group g, packed as 6 bits into 12 bytes. */
  private static int sixBit(byte[] in, int s, int g, int from) {
    if (g < 4) {
      return in[s + from + g] & 63;
    }
    int low = in[s + 4 + g] >> from & 15;
    return low | ((in[s + from + g - 4] >> 2) & 0x30);
  }

  /** Two halves of 128; in each, four groups of 32 share 64 bytes of q and 32 of h. */
  private static void k6(byte[] in, int p, float[] out, int o) {
    float d = half(in, p + 208);
    for (int g = 0; g < 8; g++) {
      int part = g / 4;
      int within = g % 4;
      int q = p + 64 * part + 32 * (within % 2);
      int h = p + 128 + 32 * part;
      int lowShift = 4 * (within / 2);
      int highShift = 2 * within;
      for (int i = 0; i < 32; i++) {
        int v = ((in[q + i] >> lowShift) & 15) | ((in[h + i] >> highShift) & 3) << 4;
        float scale = d * in[p + 192 + 2 * g + i / 16];
        out[o + 32 * g + i] = scale * (v - 32);
      }
    }
  }

  private static float half(byte[] in, int p) {
    return Halves.f16ToFloat((short) ((in[p] & 255) | in[p + 1] << 8));
  }
}
