package org.lensdl4j.model.config;

import java.util.List;

/**
 * Rotary position embedding of one model.
 *
 * @param theta the base, {@code rope_theta}
 * @param scaling how frequencies are stretched for long contexts
 * @param factor the stretch; 1 without scaling
 * @param lowFrequencyFactor for {@link Scaling#LLAMA3} and {@link Scaling#YARN}, there beta_slow
 * @param highFrequencyFactor for {@link Scaling#LLAMA3} and {@link Scaling#YARN}, there beta_fast
 * @param originalMaxPositions for {@link Scaling#LLAMA3} and {@link Scaling#YARN}; for {@link
 *     Scaling#LONGROPE} the longest text that is read with the short divisors
 * @param shortDivisors of the frequencies, for {@link Scaling#LONGROPE}
 * @param longDivisors the same for texts over {@code originalMaxPositions}
 * @param amplitude factor of cosines and sines
 */
public record Rotary(
    double theta,
    Scaling scaling,
    double factor,
    double lowFrequencyFactor,
    double highFrequencyFactor,
    int originalMaxPositions,
    List<Double> shortDivisors,
    List<Double> longDivisors,
    double amplitude) {

  /** The kinds of scaling. */
  public enum Scaling {
    NONE,
    LINEAR,
    LLAMA3,
    LONGROPE,
    YARN
  }

  public Rotary {
    shortDivisors = List.copyOf(shortDivisors);
    longDivisors = List.copyOf(longDivisors);
  }

  /** All kinds but {@link Scaling#LONGROPE}. */
  public Rotary(
      double theta,
      Scaling scaling,
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalMaxPositions) {
    this(
        theta,
        scaling,
        factor,
        lowFrequencyFactor,
        highFrequencyFactor,
        originalMaxPositions,
        List.of(),
        List.of(),
        1);
  }

  /** Plain rotary embedding without scaling. */
  public static Rotary plain(double theta) {
    return new Rotary(theta, Scaling.NONE, 1, 1, 1, 0);
  }

  /**
   * {@link Scaling#YARN}, see the record's components.
   *
   * @param slow turns within the original positions at which a frequency is stretched in full
   * @param fast turns at which it is kept
   */
  static Rotary yarn(
      double theta, double factor, double slow, double fast, int original, double amplitude) {
    return new Rotary(
        theta, Scaling.YARN, factor, slow, fast, original, List.of(), List.of(), amplitude);
  }

  /** {@link Scaling#LONGROPE}, see the record's components. */
  public static Rotary longrope(
      double theta,
      double factor,
      int originalMaxPositions,
      List<Double> shortDivisors,
      List<Double> longDivisors,
      double amplitude) {
    return new Rotary(
        theta,
        Scaling.LONGROPE,
        factor,
        1,
        1,
        originalMaxPositions,
        shortDivisors,
        longDivisors,
        amplitude);
  }

  /** Whether a text of that many tokens is read with other frequencies than a short one. */
  public boolean isLong(int tokens) {
    return scaling == Scaling.LONGROPE && tokens > originalMaxPositions;
  }

  /** The inverse frequencies of short texts, see {@link #inverseFrequencies(int, boolean)}. */
  public double[] inverseFrequencies(int dim) {
    return inverseFrequencies(dim, false);
  }

  /**
   * The inverse frequencies.
   *
   * @param dim turned elements of one head, even
   * @param longText see {@link #isLong}
   * @return {@code dim / 2} values, as {@code transformers} computes them
   */
  public double[] inverseFrequencies(int dim, boolean longText) {
    double[] out = new double[dim / 2];
    List<Double> divisors = longText ? longDivisors : shortDivisors;
    double[] kept = scaling == Scaling.YARN ? kept(dim) : null;
    for (int i = 0; i < out.length; i++) {
      double f = Math.pow(theta, -2.0 * i / dim);
      out[i] =
          switch (scaling) {
            case NONE -> f;
            case LINEAR -> f / factor;
            case LLAMA3 -> llama3(f);
            case LONGROPE -> f / divisors.get(i);
            case YARN -> f / factor * (1 - kept[i]) + f * kept[i];
          };
    }
    return out;
  }

  /** How much of each frequency YaRN keeps: all of the fastest, nothing of the slowest. */
  private double[] kept(int dim) {
    double low = Math.max(0, Math.floor(elementThatTurns(highFrequencyFactor, dim)));
    double high = Math.min(dim - 1, Math.ceil(elementThatTurns(lowFrequencyFactor, dim)));
    double width = high == low ? 0.001 : high - low;
    double[] out = new double[dim / 2];
    for (int i = 0; i < out.length; i++) {
      out[i] = 1 - Math.min(1, Math.max(0, (i - low) / width));
    }
    return out;
  }

  /** Which element turns that many times within the original positions. */
  private double elementThatTurns(double times, int dim) {
    double perTurn = originalMaxPositions / (times * 2 * Math.PI);
    return dim * Math.log(perTurn) / (2 * Math.log(theta));
  }

  private double llama3(double f) {
    double wavelength = 2 * Math.PI / f;
    if (wavelength > originalMaxPositions / lowFrequencyFactor) {
      return f / factor;
    }
    if (wavelength < originalMaxPositions / highFrequencyFactor) {
      return f;
    }
    double smooth =
        (originalMaxPositions / wavelength - lowFrequencyFactor)
            / (highFrequencyFactor - lowFrequencyFactor);
    return (1 - smooth) * f / factor + smooth * f;
  }
}
