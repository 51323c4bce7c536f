package org.lensdl4j.model.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Settings of low-rank adapters (Hu et al. 2021, arXiv 2106.09685): a frozen matrix W {@code [out,
 * in]} gets A {@code [rank, in]} and B {@code [out, rank]}, and the product becomes {@code x W^T +
 * scale (x A^T) B^T}. Only A and B are trained. A starts at random, B at zero, so that a model
 * starts unchanged.
 *
 * <pre>{@code
 * Lora.rank(8).alpha(16).targets("q_proj", "v_proj").seed(42)
 * }</pre>
 *
 * <p>Immutable; each call yields new settings.
 */
public final class Lora {
  private final int rank;
  private final double alpha;
  private final boolean rootScale;
  private final List<String> targets;
  private final long seed;

  private Lora(int rank, double alpha, boolean rootScale, List<String> targets, long seed) {
    this.rank = rank;
    this.alpha = alpha;
    this.rootScale = rootScale;
    this.targets = targets;
    this.seed = seed;
  }

  /**
   * Adapters of a rank, with alpha 2 * rank, beside {@code q_proj} and {@code v_proj}.
   *
   * @param rank 1 to 1024
   */
  public static Lora rank(int rank) {
    if (rank < 1 || rank > 1024) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "rank %d, expected 1 to 1024", rank));
    }
    return new Lora(rank, 2.0 * rank, false, List.of("q_proj", "v_proj"), 0);
  }

  /** The numerator of {@link #scale()}. */
  public Lora alpha(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "alpha %s, expected a finite number", value));
    }
    return new Lora(rank, value, rootScale, targets, seed);
  }

  /** Whether the scale is {@code alpha / sqrt(rank)}, PEFT's {@code use_rslora}. */
  public Lora rootScale(boolean value) {
    return new Lora(rank, alpha, value, targets, seed);
  }

  /**
   * The matrices that get adapters: the last part of a name ({@code q_proj}), a whole name without
   * {@code .weight} ({@code model.layers.29.mlp.up_proj}), or a pattern with {@code *} and {@code
   * ?} over whole names.
   */
  public Lora targets(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("no target: expected at least one, for example q_proj");
    }
    return new Lora(rank, alpha, rootScale, List.copyOf(Arrays.asList(names)), seed);
  }

  /** Seed of A's values. */
  public Lora seed(long value) {
    return new Lora(rank, alpha, rootScale, targets, value);
  }

  /** The rank. */
  public int rank() {
    return rank;
  }

  /** The numerator of {@link #scale()}. */
  public double alpha() {
    return alpha;
  }

  /** See {@link #rootScale(boolean)}. */
  public boolean rootScale() {
    return rootScale;
  }

  /** See {@link #targets(String...)}. */
  public List<String> targets() {
    return targets;
  }

  /** Seed of A's values. */
  public long seed() {
    return seed;
  }

  /** What B A is multiplied by: {@code alpha / rank}, or {@code alpha / sqrt(rank)}. */
  public double scale() {
    return alpha / (rootScale ? Math.sqrt(rank) : rank);
  }

  /**
   * Whether a weight gets an adapter.
   *
   * @param weight a matrix's Hugging Face name, {@code .weight} included
   */
  boolean adapts(String weight) {
    String module = weight.endsWith(".weight") ? weight.substring(0, weight.length() - 7) : weight;
    return targets.stream()
        .anyMatch(
            t -> module.equals(t) || module.endsWith("." + t) || NamePatterns.glob(t).test(module));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "rank %d, alpha %s, %s", rank, alpha, String.join(", ", targets));
  }
}
