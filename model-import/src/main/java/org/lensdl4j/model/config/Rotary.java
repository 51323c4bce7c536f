package org.lensdl4j.model.config;

/**
 * Rotary position embedding of one model.
 *
 * @param theta the base, {@code rope_theta}
 * @param scaling how frequencies are stretched for long contexts
 * @param factor the stretch; 1 without scaling
 * @param lowFrequencyFactor for {@link Scaling#LLAMA3}
 * @param highFrequencyFactor for {@link Scaling#LLAMA3}
 * @param originalMaxPositions for {@link Scaling#LLAMA3}
 */
public record Rotary(
    double theta,
    Scaling scaling,
    double factor,
    double lowFrequencyFactor,
    double highFrequencyFactor,
    int originalMaxPositions) {

  /** The kinds of scaling. */
  public enum Scaling {
    NONE,
    LINEAR,
    LLAMA3
  }

  /** Plain rotary embedding without scaling. */
  public static Rotary plain(double theta) {
    return new Rotary(theta, Scaling.NONE, 1, 1, 1, 0);
  }

  /**
   * The inverse frequencies.
   *
   * @param headDim size of one head, even
   * @return {@code headDim / 2} values, as {@code transformers} computes them
   */
  public double[] inverseFrequencies(int headDim) {
    double[] out = new double[headDim / 2];
    for (int i = 0; i < out.length; i++) {
      double f = Math.pow(theta, -2.0 * i / headDim);
      out[i] =
          switch (scaling) {
            case NONE -> f;
            case LINEAR -> f / factor;
            case LLAMA3 -> llama3(f);
          };
    }
    return out;
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
