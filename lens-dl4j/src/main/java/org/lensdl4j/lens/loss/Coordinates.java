package org.lensdl4j.lens.loss;

import java.util.Arrays;
import java.util.Locale;
import org.lensdl4j.lens.config.LossCoordinates;
import org.lensdl4j.lens.space.LanguageSpace;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Coordinates that a loss measures states in. Some models have a few coordinates hundreds of times
 * larger than all others; a mean squared error of raw states is then one of those few.
 *
 * <ul>
 *   <li>{@link #raw}: states as they are, as in the paper;
 *   <li>{@link #standardised}: each coordinate divided by its standard deviation;
 *   <li>{@link #whitened}: states times a matrix W with W C W^T = I, C their covariance.
 * </ul>
 *
 * A loss in other coordinates is the same loss on the states W h of a model: the subspaces are
 * fitted again to the language means W m_l, and a mean squared error is still a mean over the
 * hidden size.
 */
public final class Coordinates {
  private static final Coordinates RAW = new Coordinates(null, null);

  private final double[] scale;
  private final double[][] matrix;

  private Coordinates(double[] scale, double[][] matrix) {
    this.scale = scale;
    this.matrix = matrix;
  }

  /** States as they are. */
  public static Coordinates raw() {
    return RAW;
  }

  /** Those that a language space is fitted in. */
  public static Coordinates of(LanguageSpace space, int layer) {
    return space.coordinates() == LossCoordinates.RAW ? RAW : standardised(space.deviation(layer));
  }

  /**
   * Each coordinate divided by a number.
   *
   * @param deviation {@code [hidden]}, positive
   */
  public static Coordinates standardised(double[] deviation) {
    double[] scale = new double[deviation.length];
    for (int k = 0; k < scale.length; k++) {
      if (!(deviation[k] > 0) || Double.isInfinite(deviation[k])) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "standard deviation of coordinate %d is %s, expected a positive number",
                k,
                deviation[k]));
      }
      scale[k] = 1 / deviation[k];
    }
    return new Coordinates(scale, null);
  }

  /**
   * Each coordinate divided by its standard deviation over a sample.
   *
   * @param states {@code [n][hidden]}, of all languages; at least two
   */
  public static Coordinates standardisedBy(float[][] states) {
    return standardised(new StateStatistics(states).deviation());
  }

  /**
   * States times a matrix.
   *
   * @param matrix {@code [hidden][hidden]}; copied
   */
  public static Coordinates whitened(double[][] matrix) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < copy.length; i++) {
      if (matrix[i].length != matrix.length) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "row %d of the whitening matrix has %d values, expected %d: it is square",
                i,
                matrix[i].length,
                matrix.length));
      }
      copy[i] = matrix[i].clone();
    }
    return new Coordinates(null, copy);
  }

  /**
   * Whitens by the covariance of a sample, through its Cholesky factor: W = L^-1 with L L^T = C +
   * ridge * (mean variance) * I. Takes hidden^3 / 2 multiplications and 8 hidden^2 bytes.
   *
   * @param states {@code [n][hidden]}, of all languages; at least two
   * @param ridge 0 or positive; with fewer states than the hidden size it must be positive, 0.01
   *     for example
   */
  public static Coordinates whitenedBy(float[][] states, double ridge) {
    return new Coordinates(null, new StateStatistics(states).whitening(ridge));
  }

  /** Whether these are the states as they are. */
  public boolean isRaw() {
    return scale == null && matrix == null;
  }

  /** Whether each coordinate is divided by the same number as in other ones. */
  boolean sameScale(Coordinates other) {
    return matrix == null && other.matrix == null && Arrays.equals(scale, other.scale);
  }

  /** A state, or a difference of states, in these coordinates: {@code [hidden]}. */
  public double[] apply(double[] state) {
    if (isRaw()) {
      return state.clone();
    }
    requireSize(state.length);
    double[] out = new double[state.length];
    for (int i = 0; i < out.length; i++) {
      if (scale != null) {
        out[i] = scale[i] * state[i];
      } else {
        for (int k = 0; k < state.length; k++) {
          out[i] += matrix[i][k] * state[k];
        }
      }
    }
    return out;
  }

  /**
   * The same in a graph.
   *
   * @param name of the constant that is needed, if any
   * @param states {@code [rows, hidden]}
   */
  SDVariable apply(SameDiff sd, String name, SDVariable states) {
    if (isRaw()) {
      return states;
    }
    double[][] rows = scale == null ? matrix : new double[][] {scale};
    SDVariable constant =
        sd.hasVariable(name)
            ? sd.getVariable(name)
            : Losses.constant(sd, name, rows, states.dataType());
    return scale == null ? sd.mmul(states, constant, false, true, false) : states.mul(constant);
  }

  void requireSize(int hidden) {
    int own = scale != null ? scale.length : matrix == null ? hidden : matrix.length;
    if (own != hidden) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "coordinates are of size %d, expected the hidden size %d", own, hidden));
    }
  }
}
