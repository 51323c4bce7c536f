package org.lensdl4j.lens.steer;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How states of one layer are moved towards one language, for graphs of the user's own.
 *
 * <pre>{@code
 * SDVariable moved = steering.move(12, "sw").attach(hidden);
 * }</pre>
 *
 * @param direction delta, {@code [d]}
 * @param strength in lengths of the direction, or as a share of the state's length
 * @param share which of the two
 * @param restored whether states are given their length again
 */
public record StateMove(double[] direction, double strength, boolean share, boolean restored) {
  /** Keeps a copy of the direction. */
  public StateMove {
    direction = direction.clone();
  }

  /** Delta, {@code [d]}; a copy. */
  @Override
  public double[] direction() {
    return direction.clone();
  }

  /** What is added: the whole move, or what the state's length is multiplied by; {@code [d]}. */
  public double[] step() {
    double length = 0;
    for (double x : direction) {
      length += x * x;
    }
    double by = !share ? strength : length > 0 ? strength / Math.sqrt(length) : 0;
    double[] out = direction.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= by;
    }
    return out;
  }

  /**
   * Moves every state, the first token's as well.
   *
   * @param states {@code [..., d]}
   * @return of the same shape; gradients flow through
   */
  public SDVariable attach(SDVariable states) {
    SameDiff sd = states.getSameDiff();
    int d = direction.length;
    INDArray array = Nd4j.createFromArray(step()).castTo(states.dataType()).reshape(1, d);
    SDVariable step = sd.constant(sd.generateNewVarName("move", 0), array);
    SDVariable rows = sd.reshape(states, -1, d);
    SDVariable moved = rows.add(step);
    if (share || restored) {
      SDVariable length = length(rows);
      moved = share ? rows.add(length.mul(step)) : moved;
      moved = restored ? moved.mul(length.div(length(moved))) : moved;
    }
    return sd.reshape(moved, sd.shape(states));
  }

  /** Of each row, {@code [n, 1]}; never 0, where a root has no gradient. */
  private static SDVariable length(SDVariable rows) {
    SameDiff sd = rows.getSameDiff();
    double least = rows.dataType() == DataType.DOUBLE ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return sd.math().sqrt(sd.math().square(rows).sum(true, 1).add(least));
  }
}
