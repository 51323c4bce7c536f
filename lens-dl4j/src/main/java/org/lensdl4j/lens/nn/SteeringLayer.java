package org.lensdl4j.lens.nn;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Moves every hidden state along a direction: {@code h + lambda delta} (method.md section 5).
 *
 * <pre>{@code
 * .addLayer("swahili", SteeringLayer.of(space.direction(30, "sw"), 0.5), "hidden")
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
    if (direction.length == 0) {
      throw new IllegalArgumentException("SteeringLayer: the direction is empty");
    }
    SteeringLayer made = new SteeringLayer();
    made.direction = direction.clone();
    for (double d : direction) {
      Bases.finite("a value of the direction", d);
    }
    made.lambda = Bases.finite("lambda", lambda);
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
    SDVariable delta = sd.constant("move", Bases.array(direction, states.dataType()).muli(lambda));
    return states.add(rank == 3 ? sd.reshape(delta, 1, 1, -1) : delta);
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
        && format == o.format;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(direction);
  }
}
