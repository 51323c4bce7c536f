package org.lensdl4j.lens.loss;

import java.util.Map;

/**
 * The terms of Lens on held-out texts at one moment of training, unweighted, in the monitor's
 * coordinates.
 *
 * @param iteration training iterations done
 * @param epoch the epoch that was running, from 0
 * @param languages by target language
 * @param retain MSE of the central texts' mean states to those before training: mean over texts and
 *     over the hidden size
 * @param drift the same without a unit: mean over texts of |m - m~| / |m~|
 */
public record HeldOutReading(
    int iteration, int epoch, Map<String, Language> languages, double retain, double drift) {
  /**
   * One target language.
   *
   * @param align mean over pairs of |A (h_c - h_l)|^2 / d
   * @param separate mean over texts of |S (h_l - h~_l) - lambda_l S delta_l|^2 / d
   * @param moved how far the texts moved along delta_l, in units of it: {@code separate} asks for
   *     lambda_l
   */
  public record Language(double align, double separate, double moved) {}
}
