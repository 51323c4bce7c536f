package org.lensdl4j.lens.nn;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.lensdl4j.lens.steer.StateMove;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Moves every hidden state along a direction (method.md section 5): {@code h + lambda delta}, or by
 * a share of its length, which is then restored.
 *
 * <pre>{@code
 * .addLayer("swahili", SteeringLayer.of(space.direction(30, "sw"), 0.5), "hidden")
 * .addLayer("japanese", SteeringLayer.of(steering.move(12, "ja")), "hidden")
 * }</pre>
 *
 * <p>Input and output {@code [batch, hidden]} or {@code [batch, time, hidden]}; with {@link
 * #format} also {@code [batch, hidden, time]}. Padding is moved as well: later layers do not read
 * it. No parameters; gradients flow through.
 */
public final class SteeringLayer extends StateLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private double[] direction;
  @JsonProperty private double lambda;
  // Absent in the JSON of earlier versions.
  @JsonProperty private boolean share;
  @JsonProperty private boolean restored;

  private SteeringLayer() {
    // for Deeplearning4j's JSON
  }

  /**
   * A layer that steers.
   *
   * @param direction delta, {@code [hidden]}, for example {@code space.direction(layer, language)}
   * @param lambda how far, in lengths of the direction; may be negative
   */
  public static SteeringLayer of(double[] direction, double lambda) {
    return of(new StateMove(direction, lambda, false, false));
  }

  /** A layer that moves states as a steering does, the first token's as well. */
  public static SteeringLayer of(StateMove move) {
    double[] direction = move.direction();
    if (direction.length == 0) {
      throw new IllegalArgumentException("SteeringLayer: the direction is empty");
    }
    SteeringLayer made = new SteeringLayer();
    made.direction = direction;
    made.share = move.share();
    made.restored = move.restored();
    for (double d : direction) {
      Bases.finite("a value of the direction", d);
    }
    made.lambda = Bases.finite("lambda", move.strength());
    return made;
  }

  /** The same layer for input of rank 3 that has its time axis there. */
  public SteeringLayer format(RNNFormat of) {
    SteeringLayer made = (SteeringLayer) clone();
    made.format = of;
    return made;
  }

  @Override
  SDVariable change(SameDiff sd, SDVariable states, int rank) {
    return new StateMove(direction, lambda, share, restored).attach(states);
  }

  @Override
  int hiddenSize() {
    return direction.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SteeringLayer o
        && super.equals(o)
        && Arrays.equals(direction, o.direction)
        && lambda == o.lambda
        && share == o.share
        && restored == o.restored
        && format == o.format;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(direction);
  }
}
