package org.lensdl4j.lab.evaluate.tasks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Python's {@code random.seed(n)} and {@code random.sample}, so that the same items are drawn as by
 * published code: Mersenne Twister, seeded by array, and CPython's two ways to draw.
 */
final class PythonRandom {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int at = N;

  PythonRandom(int seed) {
    state[0] = 19650218;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
    int i = 1;
    for (int k = 0; k < N; k++) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1664525)) + seed;
      i = next(i);
    }
    for (int k = 0; k < N - 1; k++) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >>> 30)) * 1566083941)) - i;
      i = next(i);
    }
    state[0] = 1 << 31;
  }

  private int next(int i) {
    if (i + 1 < N) {
      return i + 1;
    }
    state[0] = state[N - 1];
    return 1;
  }

  private int word() {
    if (at == N) {
      for (int k = 0; k < N; k++) {
        int y = (state[k] & (1 << 31)) | (state[(k + 1) % N] & ~(1 << 31));
        state[k] = state[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
      }
      at = 0;
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** {@code _randbelow(n)}: as many bits as n has, again until below n. */
  private int below(int n) {
    int bits = 32 - Integer.numberOfLeadingZeros(n);
    int r = word() >>> (32 - bits);
    while (r >= n) {
      r = word() >>> (32 - bits);
    }
    return r;
  }

  /** {@code random.sample(population, k)}; the whole population if it is smaller than k. */
  <T> List<T> sample(List<T> population, int k) {
    int n = population.size();
    if (k > n) {
      return population;
    }
    int setSize = 21;
    if (k > 5) {
      setSize += (int) Math.pow(4, Math.ceil(Math.log(k * 3.0) / Math.log(4)));
    }
    List<T> out = new ArrayList<>(k);
    if (n <= setSize) {
      List<T> pool = new ArrayList<>(population);
      for (int i = 0; i < k; i++) {
        int j = below(n - i);
        out.add(pool.get(j));
        pool.set(j, pool.get(n - i - 1));
      }
      return out;
    }
    Set<Integer> selected = new HashSet<>();
    while (out.size() < k) {
      int j = below(n);
      if (selected.add(j)) {
        out.add(population.get(j));
      }
    }
    return out;
  }
}
