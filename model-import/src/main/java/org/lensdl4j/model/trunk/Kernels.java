package org.lensdl4j.model.trunk;

/**
 * Element-wise loops over short float arrays, an order of magnitude faster than separate array
 * operations: a row stays in the first-level cache and is touched once.
 *
 * <p>They are written so that the JIT compiler vectorises them. That requires no branches, no
 * calls, no offsets that differ between arrays (it could not rule out overlap) and few operands:
 * with offsets, or with eight rows instead of four, the same loops take four to ten times as long.
 */
final class Kernels {
  private Kernels() {}

  /** {@code out = x * rsqrt(mean(x^2) + epsilon)}. */
  static void norm(float[] x, float[] out, double epsilon) {
    float scale = (float) (1 / Math.sqrt(sumOfSquares(x) / x.length + epsilon));
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] * scale;
    }
  }

  /** Subtracts the mean. */
  static void centre(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    float mean = (float) (sum / x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] -= mean;
    }
  }

  /** Norm of a part of a row with its weight, in place: one head. */
  static void norm(float[] x, int at, int n, float[] weight, boolean centred, double epsilon) {
    double sum = 0;
    for (int i = at; centred && i < at + n; i++) {
      sum += x[i];
    }
    float mean = (float) (sum / n);
    double squares = 0;
    for (int i = at; i < at + n; i++) {
      x[i] -= mean;
      squares += (double) x[i] * x[i];
    }
    float scale = (float) (1 / Math.sqrt(squares / n + epsilon));
    for (int i = at; i < at + n; i++) {
      x[i] *= scale * weight[i];
    }
  }

  /** Eight partial sums, because a single one would wait for each addition. */
  private static double sumOfSquares(float[] x) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i + 8 <= x.length; i += 8) {
      a += x[i] * x[i];
      b += x[i + 1] * x[i + 1];
      c += x[i + 2] * x[i + 2];
      d += x[i + 3] * x[i + 3];
      e += x[i + 4] * x[i + 4];
      f += x[i + 5] * x[i + 5];
      g += x[i + 6] * x[i + 6];
      h += x[i + 7] * x[i + 7];
    }
    double sum = (double) a + b + c + d + e + f + g + h;
    for (; i < x.length; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }

  /** {@code x += y} for the first n. */
  static void add(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] += y[i];
    }
  }

  /** {@code x *= y} for the first n. */
  static void multiply(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      x[i] *= y[i];
    }
  }

  /** {@code x = max(x, y)}. */
  static void max(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] = Math.max(x[i], y[i]);
    }
  }

  /** {@code x = 1 / x} for the first n. */
  static void invert(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = 1f / x[i];
    }
  }

  /**
   * {@code x = exp(x - max)} for {@code x <= max}, and {@code sum += x}.
   *
   * <p>exp(v) = (1 + q)^32 with q = expm1(v / 32) by its Taylor series; squaring as q(2 + q) keeps
   * the rounding error at a few units in the last place of 1. Below -32 the result is exp(-32),
   * 1e-14 of the largest, too small to change a float32 sum.
   */
  static void expAndSum(float[] x, float[] max, float[] sum, int from, int to) {
    for (int i = from; i < to; i++) {
      float t = Math.max(x[i] - max[i], -32f) * (1f / 32);
      float q = t * (1f + t * (1f / 2 + t * (1f / 6 + t * (1f / 24 + t * (1f / 120)))));
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      x[i] = 1f + q;
    }
    for (int i = from; i < to; i++) {
      sum[i] += x[i];
    }
  }

  /** The same for one row of scores, with its largest; returns the sum. */
  static float expAndSum(float[] x, int from, int to) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      max = Math.max(max, x[i]);
    }
    for (int i = from; i < to; i++) {
      float t = Math.max(x[i] - max, -32f) * (1f / 32);
      float q = t * (1f + t * (1f / 2 + t * (1f / 6 + t * (1f / 24 + t * (1f / 120)))));
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      x[i] = 1f + q;
    }
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }

  /**
   * {@code out = g * sigmoid(g) * u} for the first n.
   *
   * <p>With e = exp(-|g|) as above, g * sigmoid(g) = |g| / (1 + e) + min(g, 0): no overflow, no
   * branch.
   */
  static void swiglu(float[] g, float[] u, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      float v = g[i];
      float a = Math.abs(v);
      float t = Math.max(-a, -32f) * (1f / 32);
      float q = t * (1f + t * (1f / 2 + t * (1f / 6 + t * (1f / 24 + t * (1f / 120)))));
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      out[i] = (a / (2f + q) + Math.min(v, 0f)) * u[i];
    }
  }

  /**
   * GELU's approximation, in place for the first n: {@code x * sigmoid(2 sqrt(2/pi) (x + 0.044715
   * x^3))}. The sigmoid's argument has the sign of x, so it takes the form of {@link #swiglu}.
   */
  static void geluTanh(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[i];
      float a = Math.abs(v);
      float b = a * (1.5957691216f + 0.07135481283f * a * a);
      float t = Math.max(-b, -32f) * (1f / 32);
      float q = t * (1f + t * (1f / 2 + t * (1f / 6 + t * (1f / 24 + t * (1f / 120)))));
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      x[i] = a / (2f + q) + Math.min(v, 0f);
    }
  }

  /** {@code x * sigmoid(x)} in place for the first n. */
  static void silu(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (float) (x[i] / (1 + Math.exp(-x[i])));
    }
  }

  /** GELU in place for the first n: {@code x / 2 * erfc(-x / sqrt(2))}. */
  static void gelu(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (float) (0.5 * x[i] * erfc(-x[i] * Math.sqrt(0.5)));
    }
  }

  /** The complementary error function, to 1.2e-7 of its value (Chebyshev fit, Press et al.). */
  static double erfc(double x) {
    double z = Math.abs(x);
    double t = 1 / (1 + 0.5 * z);
    double p = -0.82215223 + t * 0.17087277;
    p = 1.48851587 + t * p;
    p = -1.13520398 + t * p;
    p = 0.27886807 + t * p;
    p = -0.18628806 + t * p;
    p = 0.09678418 + t * p;
    p = 0.37409196 + t * p;
    p = 1.00002368 + t * p;
    double value = t * Math.exp(-z * z - 1.26551223 + t * p);
    return x >= 0 ? value : 2 - value;
  }

  /** {@code x = cap * tanh(x / cap)}. */
  static void softCap(float[] x, float cap, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] = cap * (float) Math.tanh(x[i] / cap);
    }
  }

  /** {@code y += a x + b v + c w + d z}. */
  static void addFour(
      float[] y,
      float a,
      float[] x,
      float b,
      float[] v,
      float c,
      float[] w,
      float d,
      float[] z,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      y[i] += a * x[i] + b * v[i] + c * w[i] + d * z[i];
    }
  }

  /** {@code y += a x}. */
  static void addOne(float[] y, float a, float[] x, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] += a * x[i];
    }
  }
}
