package org.lensdl4j.model.trunk;

/**
 * Element-wise loops over short float arrays, written so that the JIT compiler turns them into
 * vector instructions: no branches, no calls, unit strides. About ten times as fast as separate
 * array operations, because a row stays in the first-level cache and is touched once.
 */
final class Kernels {
  private Kernels() {}

  /** {@code out = x * rsqrt(mean(x^2) + epsilon)} for {@code n} floats. */
  static void norm(float[] x, int xAt, float[] out, int outAt, int n, double epsilon) {
    float scale = (float) (1 / Math.sqrt(sumOfSquares(x, xAt, n) / n + epsilon));
    for (int i = 0; i < n; i++) {
      out[outAt + i] = x[xAt + i] * scale;
    }
  }

  /** Eight partial sums, because a single one would wait for each addition. */
  private static double sumOfSquares(float[] x, int at, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = at;
    int end = at + (n & ~7);
    for (; i < end; i += 8) {
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
    for (; i < at + n; i++) {
      sum += (double) x[i] * x[i];
    }
    return sum;
  }

  /** {@code x += y}. */
  static void add(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[xAt + i] += y[yAt + i];
    }
  }

  /** {@code x *= y}. */
  static void multiply(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[xAt + i] *= y[yAt + i];
    }
  }

  /** {@code x = max(x, y)}. */
  static void max(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[xAt + i] = Math.max(x[xAt + i], y[yAt + i]);
    }
  }

  /** {@code x = 1 / x}. */
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
   * 1e-14 of the largest, which no float32 sum feels.
   */
  static void expAndSum(float[] x, int at, float[] max, float[] sum, int from, int n) {
    for (int i = 0; i < n; i++) {
      float t = Math.max(x[at + i] - max[from + i], -32f) * (1f / 32);
      float q = t * (1f + t * (1f / 2 + t * (1f / 6 + t * (1f / 24 + t * (1f / 120)))));
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      float e = 1f + q;
      x[at + i] = e;
      sum[from + i] += e;
    }
  }

  /**
   * {@code out = g * sigmoid(g) * u}.
   *
   * <p>With e = exp(-|g|) as above, g * sigmoid(g) = |g| / (1 + e) + min(g, 0): no overflow, no
   * branch.
   */
  static void swiglu(float[] g, int gAt, float[] u, int uAt, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      float v = g[gAt + i];
      float a = Math.abs(v);
      float t = Math.max(-a, -32f) * (1f / 32);
      float q = t * (1f + t * (1f / 2 + t * (1f / 6 + t * (1f / 24 + t * (1f / 120)))));
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      q = q * (2f + q);
      out[i] = (a / (2f + q) + Math.min(v, 0f)) * u[uAt + i];
    }
  }

  /** {@code y += sum over i of a[aAt + i * aStep] * x[xAt + i * xStep + .]} for eight i. */
  static void addEight(
      float[] y, int yAt, float[] a, int aAt, int aStep, float[] x, int xAt, int xStep, int n) {
    float a0 = a[aAt];
    float a1 = a[aAt + aStep];
    float a2 = a[aAt + 2 * aStep];
    float a3 = a[aAt + 3 * aStep];
    float a4 = a[aAt + 4 * aStep];
    float a5 = a[aAt + 5 * aStep];
    float a6 = a[aAt + 6 * aStep];
    float a7 = a[aAt + 7 * aStep];
    int x1 = xAt + xStep;
    int x2 = x1 + xStep;
    int x3 = x2 + xStep;
    int x4 = x3 + xStep;
    int x5 = x4 + xStep;
    int x6 = x5 + xStep;
    int x7 = x6 + xStep;
    for (int i = 0; i < n; i++) {
      y[yAt + i] +=
          a0 * x[xAt + i]
              + a1 * x[x1 + i]
              + a2 * x[x2 + i]
              + a3 * x[x3 + i]
              + a4 * x[x4 + i]
              + a5 * x[x5 + i]
              + a6 * x[x6 + i]
              + a7 * x[x7 + i];
    }
  }

  /** {@code y += a * x}. */
  static void addOne(float[] y, int yAt, float a, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += a * x[xAt + i];
    }
  }
}
