package org.lensdl4j.lens.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.lensdl4j.lens.steer.StateMove;
import org.lensdl4j.lens.steer.Steering;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Moves every example's states towards a language of its own, as {@link SteeringLayer} moves all
 * towards one.
 *
 * <pre>{@code
 * .addVertex("steered", SteeringVertex.of(steering, 12, List.of("zh", "sw")), "hidden", "language")
 * }</pre>
 *
 * <p>Inputs: states {@code [batch, hidden]} or {@code [batch, time, hidden]}, and how far each
 * example is moved towards each language, {@code [batch, languages]}: 1 for its own and 0 else.
 * Gradients flow to the states, not to the second input. No parameters.
 */
public final class SteeringVertex extends GraphVertex {
  private static final long serialVersionUID = 1L;

  // [languages][hidden]: whole moves, or directions times the share.
  @JsonProperty private double[][] steps;
  @JsonProperty private boolean share;
  @JsonProperty private boolean restored;

  private SteeringVertex() {
    // for Deeplearning4j's JSON
  }

  /**
   * A vertex that moves states as a steering does, the first token's as well.
   *
   * @param layer whose states enter
   * @param languages in the order of the second input's columns
   * @throws org.lensdl4j.model.base.LensException if the layer is not steered, or a language has no
   *     direction
   */
  public static SteeringVertex of(Steering steering, int layer, List<String> languages) {
    if (languages.isEmpty()) {
      throw new IllegalArgumentException("SteeringVertex: there is no language");
    }
    SteeringVertex made = new SteeringVertex();
    List<StateMove> moves = languages.stream().map(l -> steering.move(layer, l)).toList();
    made.steps = moves.stream().map(StateMove::step).toArray(double[][]::new);
    made.share = moves.get(0).share();
    made.restored = moves.get(0).restored();
    return made;
  }

  /** What each example's states are moved by, {@code [batch][hidden]}. */
  double[][] moves(INDArray languages) {
    if (languages.rank() != 2 || languages.size(1) != steps.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "SteeringVertex: the second input has shape %s, expected [batch, %d languages]",
              Arrays.toString(languages.shape()),
              steps.length));
    }
    double[][] weights = languages.castTo(DataType.DOUBLE).toDoubleMatrix();
    double[][] out = new double[weights.length][steps[0].length];
    for (int b = 0; b < out.length; b++) {
      for (int l = 0; l < steps.length; l++) {
        for (int i = 0; i < out[b].length; i++) {
          out[b][i] += weights[b][l] * steps[l][i];
        }
      }
    }
    return out;
  }

  boolean share() {
    return share;
  }

  boolean restored() {
    return restored;
  }

  int hiddenSize() {
    return steps[0].length;
  }

  @Override
  public GraphVertex clone() {
    SteeringVertex made = new SteeringVertex();
    made.steps = Bases.copy(steps);
    made.share = share;
    made.restored = restored;
    return made;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SteeringVertex o
        && Arrays.deepEquals(steps, o.steps)
        && share == o.share
        && restored == o.restored;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(steps);
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkType) {
    return new SteeringGraphVertex(graph, name, index, this, networkType);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... types) {
    return HiddenFormat.same("SteeringVertex", types[0], hiddenSize());
  }

  @Override
  public MemoryReport getMemoryReport(InputType... types) {
    return new LayerMemoryReport.Builder(null, SteeringVertex.class, types[0], types[0])
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }
}
