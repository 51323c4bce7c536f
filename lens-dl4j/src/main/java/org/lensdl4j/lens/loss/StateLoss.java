package org.lensdl4j.lens.loss;

import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Losses on the states of single tokens: the distance from a wanted state, or how far a state has
 * gone along directions that are not its own. A mean over the tokens that count.
 *
 * <pre>{@code
 * // The answer's tokens are to be where steering would put them, English where it was.
 * StateLoss.distance(hidden, frozen.add(displacement), 576, asked).attach();
 * StateLoss.distance(hidden, frozen, 576, english).prefix("retain_").attach();
 * // No further into other languages than is usual.
 * StateLoss.fence(lower, directions, limits, asked).weight(0.1).attach();
 * }</pre>
 *
 * <p>Rows of a larger batch are picked by a product with a one-hot matrix: SameDiff 1.0.0-M2.1
 * cannot differentiate through {@code gather}.
 */
public final class StateLoss {
  /** Name of the unweighted distance; the weighted one has {@code _loss} after it. */
  public static final String DISTANCE = "state_distance";

  /** Name of the unweighted fence; the weighted one has {@code _loss} after it. */
  public static final String FENCE = "state_fence";

  private interface PerRow {
    /** {@code [rows]}. */
    SDVariable losses(StateLoss options);
  }

  private final SameDiff sd;
  private final String name;
  private final SDVariable counted;
  private final PerRow perRow;
  private INDArray basis;
  private TermWeight weight = TermWeight.of("the state loss", 1);
  private String prefix = "";

  private StateLoss(SameDiff sd, String name, SDVariable counted, PerRow perRow) {
    this.sd = sd;
    this.name = name;
    this.counted = counted;
    this.perRow = perRow;
  }

  /**
   * Squared distance of states from wanted ones, divided by the hidden size: a mean squared error
   * over tokens and hidden size.
   *
   * @param states {@code [rows, hidden]}
   * @param wanted of the same shape: a placeholder, or hanging on constants only
   * @param hidden the hidden size
   * @param counted what each row counts for, 0 or 1, {@code [rows]}
   */
  public static StateLoss distance(
      SDVariable states, SDVariable wanted, long hidden, SDVariable counted) {
    SameDiff sd = states.getSameDiff();
    return new StateLoss(
        sd,
        DISTANCE,
        counted,
        options -> {
          SDVariable off = sd.reshape(states, -1, hidden).sub(sd.reshape(wanted, -1, hidden));
          return sd.math.square(options.coordinates(off)).sum(1).mul(1.0 / hidden);
        });
  }

  /**
   * How far states have gone beyond limits along directions, {@code sum_m max(0, h . g_m - c_m)}:
   * arXiv 2507.14894 with the directions of languages as features.
   *
   * @param states {@code [rows, hidden]}
   * @param directions {@code [directions, hidden]}, at least two rows; a coordinate is the product
   *     with one. Copied
   * @param limits {@code [rows, directions]}: a placeholder. A huge number leaves a direction free
   * @param counted what each row counts for, 0 or 1, {@code [rows]}
   */
  public static StateLoss fence(
      SDVariable states, INDArray directions, SDVariable limits, SDVariable counted) {
    SameDiff sd = states.getSameDiff();
    if (directions.rank() != 2 || directions.size(0) < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the fence has directions of shape %s, expected two rows or more, [directions, hidden]",
              java.util.Arrays.toString(directions.shape())));
    }
    double[][] rows = directions.toDoubleMatrix();
    return new StateLoss(
        sd,
        FENCE,
        counted,
        options -> {
          SDVariable constant =
              Losses.constant(sd, options.prefix + FENCE + "_directions", rows, states.dataType());
          SDVariable flat = sd.reshape(states, -1, rows[0].length);
          SDVariable along = sd.mmul(flat, constant, false, true, false);
          return sd.nn.relu(along.sub(limits), 0).sum(1);
        });
  }

  private SDVariable coordinates(SDVariable off) {
    return basis == null
        ? off
        : Subspace.of(sd, prefix + name + "_basis", basis, off.dataType()).inner(off);
  }

  /**
   * Of a distance: only the part within a subspace, what lies outside is free.
   *
   * @param orthonormal rows {@code [directions, hidden]}; copied when attached
   */
  public StateLoss within(INDArray orthonormal) {
    basis = orthonormal;
    return this;
  }

  /** Weight of the term; 1 by default. */
  public StateLoss weight(double value) {
    weight = TermWeight.of("the state loss", value);
    return this;
  }

  /** Weight of the term, by iteration or epoch. */
  public StateLoss weight(ISchedule value) {
    weight = TermWeight.of(value);
    return this;
  }

  /** Weight of the term: any scalar of the graph. */
  public StateLoss weight(SDVariable value) {
    weight = TermWeight.of(value);
    return this;
  }

  /** Set before the name, if a graph has several. */
  public StateLoss prefix(String value) {
    prefix = value;
    return this;
  }

  /**
   * Adds the term to the graph and to its losses. A batch where nothing counts has the loss 0. What
   * each row has is read under the term's name with {@code _rows} after it.
   */
  public WeightedTerm attach() {
    AttachChecks.requireNew(sd, prefix + name);
    weight.requireGraph(sd, name);
    SDVariable term = CountedMean.of(sd, prefix + name, perRow.losses(this), counted);
    return WeightedTerm.attach(sd, term, weight);
  }
}
