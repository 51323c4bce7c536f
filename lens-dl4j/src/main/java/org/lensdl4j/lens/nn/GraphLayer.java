package org.lensdl4j.lens.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.lensdl4j.model.graph.GraphRunner;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How the layers of this package run. Deeplearning4j 1.0.0-M2.1's own {@link SameDiffLayer} passes
 * twice the gradient to its parameters and to the layer below, ignores {@code setParam}, and leaves
 * intermediate results to the garbage collector; this one does none of that.
 *
 * <p>It keeps the native memory of its largest batch, for forward and backward pass together.
 */
final class GraphLayer extends SameDiffLayer {
  private static final long serialVersionUID = 1L;
  private static final String ABOVE = "gradient_from_above";

  private transient SameDiff graph;
  private transient GraphRunner runner;
  private transient String output;

  private GraphLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** What {@code Layer.instantiate} of a configuration returns. */
  static Layer of(
      NeuralNetConfiguration conf,
      org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer layer,
      int index,
      INDArray paramsView,
      boolean initialize,
      DataType type) {
    GraphLayer made = new GraphLayer(conf, type);
    made.setIndex(index);
    made.setParamsViewArray(paramsView);
    made.setParamTable(layer.initializer().init(conf, paramsView, initialize));
    made.setConf(conf);
    return made;
  }

  private org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer definition() {
    return (org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer) layerConf();
  }

  private void build() {
    if (graph != null) {
      return;
    }
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      SameDiff sd = SameDiff.create();
      // Parameters are views of the network's one array.
      sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
      long[] shape = input.shape().clone();
      java.util.Arrays.fill(shape, 0, shape.length - 1, -1);
      SDVariable in = sd.placeHolder(INPUT_KEY, dataType, shape);
      Map<String, SDVariable> variables = new LinkedHashMap<>();
      paramTable.forEach((name, p) -> variables.put(name, sd.var(name, dataType, p.shape())));
      SDVariable mask = sd.placeHolder(MASK_KEY, dataType, -1, -1);
      SDVariable out = definition().defineLayer(sd, in, variables, mask);
      paramTable.forEach((name, p) -> sd.associateArrayWithVariable(p, sd.getVariable(name)));
      // The gradient of sum(out * g) with respect to out is g.
      SDVariable above = sd.placeHolder(ABOVE, dataType);
      sd.setLossVariables(out.mul(above).sum("backward"));
      output = out.name();
      graph = sd;
      runner = new GraphRunner(sd);
    }
  }

  private Map<String, INDArray> placeholders() {
    assertInputSet(false);
    definition().validateInput(input);
    build();
    INDArray mask = maskArray != null ? maskArray : definition().onesMaskForInput(input);
    Map<String, INDArray> out = new HashMap<>();
    out.put(INPUT_KEY, input.castTo(dataType));
    out.put(MASK_KEY, mask.castTo(dataType));
    return out;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    Map<String, INDArray> in = placeholders();
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray found = runner.run(in, List.of(output)).get(output);
      return workspaceMgr.dup(ArrayType.ACTIVATIONS, found);
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Map<String, INDArray> in = placeholders();
    in.put(ABOVE, epsilon.castTo(dataType));
    List<String> wanted = new ArrayList<>(paramTable.keySet());
    wanted.add(INPUT_KEY);
    Gradient gradient = new DefaultGradient();
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Map<String, INDArray> found = runner.gradients(in, List.of(), wanted);
      paramTable
          .keySet()
          .forEach(
              name -> {
                INDArray own = gradTable.get(name);
                own.assign(found.get(name));
                gradient.gradientForVariable().put(name, own);
              });
      return new Pair<>(
          gradient, workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, found.get(INPUT_KEY)));
    }
  }

  @Override
  public void setParam(String key, INDArray value) {
    super.setParam(key, value);
    paramTable.get(key).assign(value);
  }

  @Override
  public void close() {
    if (runner != null) {
      runner.close();
    }
  }
}
