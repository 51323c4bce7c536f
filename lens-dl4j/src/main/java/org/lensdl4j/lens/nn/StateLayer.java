package org.lensdl4j.lens.nn;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** A function of each hidden state by itself, wherever the states' hidden axis lies. */
abstract class StateLayer extends SameDiffLambdaLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty protected RNNFormat format = RNNFormat.NWC;

  /** What becomes of states {@code [batch, hidden]} or {@code [batch, time, hidden]}. */
  abstract SDVariable change(SameDiff sd, SDVariable states, int rank);

  abstract int hiddenSize();

  private String title() {
    return getClass().getSimpleName() + " " + layerName;
  }

  @Override
  public SDVariable defineLayer(SameDiff sd, SDVariable input) {
    int rank = HiddenFormat.rank(input);
    SDVariable states = HiddenFormat.hiddenLast(sd, input, rank, format);
    return HiddenFormat.hiddenLast(sd, change(sd, states, rank), rank, format);
  }

  @Override
  public void validateInput(INDArray input) {
    HiddenFormat.require(title(), input, hiddenSize(), format);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return HiddenFormat.same(title(), inputType, hiddenSize());
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkType) {
    return GraphLayer.of(conf, this, layerIndex, paramsView, initializeParams, networkType);
  }
}
