package org.lensdl4j.lens.nn;

import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How a {@link SteeringVertex} runs: row by row, in double. */
final class SteeringGraphVertex extends BaseGraphVertex {
  private static final long serialVersionUID = 1L;

  private final SteeringVertex definition;

  SteeringGraphVertex(
      ComputationGraph graph, String name, int index, SteeringVertex definition, DataType type) {
    this(graph, name, index, null, null, definition, type);
  }

  private SteeringGraphVertex(
      ComputationGraph graph,
      String name,
      int index,
      VertexIndices[] inputs,
      VertexIndices[] outputs,
      SteeringVertex definition,
      DataType type) {
    super(graph, name, index, inputs, outputs, type);
    this.definition = definition;
  }

  /** Does something to a row of states and one of gradients, in place. */
  private interface Row {
    void apply(double[] state, double[] above, double[] move);
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(ArrayType.ACTIVATIONS, rows(null, (h, g, m) -> move(h, m)));
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
    INDArray states = rows(epsilon, this::backward);
    INDArray none = Nd4j.zeros(inputs[1].dataType(), inputs[1].shape());
    return new Pair<>(
        null,
        new INDArray[] {
          workspaces.dup(ArrayType.ACTIVATION_GRAD, states),
          workspaces.dup(ArrayType.ACTIVATION_GRAD, none)
        });
  }

  private INDArray rows(INDArray above, Row row) {
    INDArray states = inputs[0];
    int d = definition.hiddenSize();
    if (states.rank() < 2 || states.rank() > 3 || states.size(states.rank() - 1) != d) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "SteeringVertex %s: the input has shape %s, expected [batch, %d] or [batch, time, %d]",
              vertexName,
              Arrays.toString(states.shape()),
              d,
              d));
    }
    double[][] moves = definition.moves(inputs[1]);
    double[][] h = matrix(states, d);
    double[][] g = above == null ? null : matrix(above, d);
    int perExample = h.length / moves.length;
    for (int r = 0; r < h.length; r++) {
      row.apply(h[r], g == null ? null : g[r], moves[r / perExample]);
    }
    return Nd4j.createFromArray(g == null ? h : g)
        .castTo(states.dataType())
        .reshape(states.shape());
  }

  private static double[][] matrix(INDArray states, int d) {
    return states.castTo(DataType.DOUBLE).dup('c').reshape(-1, d).toDoubleMatrix();
  }

  private void move(double[] h, double[] m) {
    double before = length(h);
    double by = definition.share() ? before : 1;
    for (int i = 0; i < h.length; i++) {
      h[i] += by * m[i];
    }
    double after = length(h);
    if (definition.restored() && after > 0) {
      for (int i = 0; i < h.length; i++) {
        h[i] *= before / after;
      }
    }
  }

  /** With r = |h|, v = h + a m (a is 1 or r) and y = v, or r v / |v|: g becomes dL/dh. */
  private void backward(double[] h, double[] g, double[] m) {
    double r = length(h);
    double[] v = new double[h.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = h[i] + (definition.share() ? r : 1) * m[i];
    }
    double n = length(v);
    double ofLength = 0;
    if (definition.restored() && n > 0) {
      double vg = dot(v, g);
      ofLength = vg / n;
      for (int i = 0; i < g.length; i++) {
        g[i] = r / n * (g[i] - v[i] * vg / (n * n));
      }
    }
    if (definition.share()) {
      ofLength += dot(m, g);
    }
    for (int i = 0; r > 0 && i < g.length; i++) {
      g[i] += ofLength * h[i] / r;
    }
  }

  private static double length(double[] row) {
    return Math.sqrt(dot(row, row));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    if (view != null) {
      throw new IllegalArgumentException("SteeringVertex has no parameters");
    }
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatch) {
    return masks == null || masks[0] == null ? null : new Pair<>(masks[0], state);
  }

  @Override
  public String toString() {
    return "SteeringVertex(name=" + vertexName + ")";
  }
}
